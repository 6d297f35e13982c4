// Who is local: the `domains` file (one a line) and the names of the `users` file
// (`name:{SCHEME}hash:uid:gid::home::`). Password hashes are neither kept nor returned. Lines with # are
// comments.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "auth/users.hpp"
#include "base/result.hpp"

namespace auth {

struct Account {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string home;
  std::string quota = {};  // as the line of the user has it; empty: none of his own
};

class Accounts {
 public:
  /// Pure: the texts of the two files; an error names the file and the line. Domains may be in any script.
  static base::Result<Accounts> parse(std::string_view domains, std::string_view users,
                                      const std::string& users_name,
                                      const std::string& domains_name = "domains");

  /// Reads both files. Exit::configuration also for one whose last line has no end.
  static base::Result<Accounts> load(const std::string& domains_path, const std::string& users_path);

  /// The same in two steps: nobody but the domains at first.
  static base::Result<Accounts> load_domains(const std::string& path);
  void add(const std::vector<User>& users);

  /// Of the file; empty: there is none.
  const std::string& first_domain() const { return first_domain_; }
  /// `domain` in ASCII.
  bool is_local_domain(std::string_view domain) const;

  /// The user of a local part: in any case, and user+ext belongs to user. Nothing if there is none.
  std::optional<std::string> user_of(std::string_view local) const;
  const Account* find(std::string_view name) const;
  /// By name, in lower case.
  const auto& users() const { return users_; }

 private:
  base::Result<void> add_domains(std::string_view text, const std::string& name);

  std::string first_domain_;
  std::set<std::string, std::less<>> domains_;
  std::map<std::string, Account, std::less<>> users_;
};

}  // namespace auth

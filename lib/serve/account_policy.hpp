// Whose mail is ours and where other mail goes: the files `domains`, `users` and `routes` as the SMTP machine
// and the delivery ask about them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "proc/options.hpp"
#include "smtp/routes.hpp"
#include "smtp/server.hpp"

namespace serve {

class AccountPolicy : public smtp::Policy {
 public:
  AccountPolicy() = default;
  /// `postmaster`: the user, or an address of one, who gets the mail for postmaster (RFC 5321 section 4.5.1).
  AccountPolicy(auth::Accounts accounts, const std::string& postmaster, smtp::Routes routes = {});

  bool has_domains() const { return accounts_.has_domains(); }
  bool is_local_domain(std::string_view domain) const override;
  bool has_user(std::string_view local) const override;
  bool has_route(std::string_view domain) const override;
  /// A user's own addresses, at any local domain, and the null reverse-path.
  bool may_send_as(std::string_view user, const smtp::Path& sender) const override;

  /// The user who gets mail for this local part, which may be quoted.
  std::optional<std::string> user_of(std::string_view local) const;
  const auth::Account* account_of(const std::string& user) const { return accounts_.find(user); }
  std::optional<smtp::Host> route_to(std::string_view domain) const { return routes_.find(domain); }

  /// Exit::configuration: the mail for postmaster, and so every bounce that cannot be returned, would go
  /// nowhere.
  base::Result<void> check_postmaster() const;

 private:
  auth::Accounts accounts_;
  std::string postmaster_;  // as configured
  std::string user_;        // without its domain, if that is local
  smtp::Routes routes_;
};

/// The three files, read again when they change: accounts come and go without a restart.
class AccountFiles {
 public:
  /// Reads them as the options say; a routes file that does not exist is no route at all.
  /// Exit::configuration: one is wrong or not whole, or postmaster is nobody.
  static base::Result<AccountFiles> load(const proc::Options& given);

  /// Stays at its place as long as this object does.
  const AccountPolicy& policy() const { return policy_; }

  /// Looks at the files' times and sizes. While a changed one is wrong or gone, the old content counts and
  /// the log says why, once.
  void refresh();

 private:
  struct Stamp {
    std::uint64_t inode = 0, size = 0, seconds = 0, nanoseconds = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  base::Result<AccountPolicy> read() const;
  std::vector<Stamp> look() const;

  std::string domains_, users_, routes_, postmaster_;
  std::vector<Stamp> seen_;
  AccountPolicy policy_;
};

}  // namespace serve

#include "auth/accounts.hpp"

#include <string.h>

#include "auth/users.hpp"
#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/idna.hpp"
#include "fs/plain_file.hpp"

namespace auth {

namespace {

constexpr std::size_t file_limit = 64 << 20;

}  // namespace

base::Result<Accounts> Accounts::parse(std::string_view domains, std::string_view users,
                                       const std::string& users_name, const std::string& domains_name) {
  Accounts out;
  TRY_ASSIGN(const auto parsed, parse_users(users, users_name, Hashes::drop));
  for (const auto& user : parsed)
    out.users_.emplace(base::lower(user.name), Account{user.uid, user.gid, user.home, user.quota});
  const auto add = [&](std::string_view line) -> base::Result<void> {
    TRY_ASSIGN(const auto domain, codec::idna_pattern(line));
    if (out.first_domain_.empty()) out.first_domain_ = domain;
    out.domains_.insert(domain);
    return {};
  };
  TRY(base::each_entry(domains, domains_name, base::Exit::configuration, add));
  return out;
}

base::Result<Accounts> Accounts::load(const std::string& domains_path, const std::string& users_path) {
  TRY_ASSIGN(const auto domains, fs::read_trusted(domains_path, file_limit));
  // Who is not in it yet would be a stranger.
  TRY(base::check_whole(domains, domains_path));
  TRY_ASSIGN(auto users, fs::read_trusted(users_path, file_limit));
  auto whole = base::check_whole(users, users_path);
  auto accounts =
      whole ? parse(domains, users, users_path, domains_path) : base::Result<Accounts>(whole.error());
  explicit_bzero(users.data(), users.size());
  return accounts;
}

bool Accounts::is_local_domain(std::string_view domain) const {
  return domains_.contains(base::lower(domain));
}

std::optional<std::string> Accounts::user_of(std::string_view local) const {
  const auto name = base::lower(local);
  if (users_.contains(name)) return name;
  const auto base_name = name.substr(0, name.find('+'));
  if (users_.contains(base_name)) return base_name;
  return std::nullopt;
}

const Account* Accounts::find(std::string_view name) const {
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : &found->second;
}

}  // namespace auth

#include "auth/accounts.hpp"

#include <string.h>

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"
#include "fs/fd.hpp"

namespace auth {

namespace {

constexpr std::size_t file_limit = 64 << 20;

template <class Use>
base::Result<void> each_line(std::string_view text, Use use) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = base::trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.front() != '#') TRY(use(number, line));
  }
  return {};
}

std::vector<std::string_view> fields(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    const auto colon = line.find(':');
    out.push_back(line.substr(0, colon));
    if (colon == std::string_view::npos) return out;
    line.remove_prefix(colon + 1);
  }
}

base::Result<Account> parse_account(const std::vector<std::string_view>& field, const std::string& where) {
  if (field.size() < 6 || field[0].empty()) {
    return base::fail(base::Exit::configuration, where + "name:hash:uid:gid::home expected");
  }
  const auto uid = base::parse_number(field[2], UINT32_MAX - 1);
  const auto gid = base::parse_number(field[3], UINT32_MAX - 1);
  if (!uid || !gid) return base::fail(base::Exit::configuration, where + "uid or gid is not a number");
  if (!field[5].starts_with('/')) return base::fail(base::Exit::configuration, where + "home is not an absolute path");
  return Account{static_cast<std::uint32_t>(*uid), static_cast<std::uint32_t>(*gid), std::string(field[5])};
}

}  // namespace

base::Result<Accounts> Accounts::parse(std::string_view domains, std::string_view users,
                                       const std::string& users_name) {
  Accounts out;
  TRY(each_line(domains, [&](std::size_t, std::string_view line) {
    out.domains_.insert(base::lower(line));
    return base::Result<void>();
  }));
  TRY(each_line(users, [&](std::size_t number, std::string_view line) -> base::Result<void> {
    const auto field = fields(line);
    TRY_ASSIGN(auto account, parse_account(field, users_name + ":" + std::to_string(number) + ": "));
    out.users_.emplace(base::lower(field[0]), std::move(account));
    return {};
  }));
  return out;
}

base::Result<Accounts> Accounts::load(const std::string& domains_path, const std::string& users_path) {
  TRY_ASSIGN(const auto domains, fs::read_all(domains_path, file_limit));
  TRY_ASSIGN(auto users, fs::read_all(users_path, file_limit));
  auto accounts = parse(domains, users, users_path);
  explicit_bzero(users.data(), users.size());
  return accounts;
}

bool Accounts::is_local_domain(std::string_view domain) const { return domains_.contains(base::lower(domain)); }

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

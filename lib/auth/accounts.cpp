#include "auth/accounts.hpp"

#include <string.h>

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
  out.add(parsed);
  TRY(out.add_domains(domains, domains_name));
  return out;
}

void Accounts::add(const std::vector<User>& users) {
  for (const auto& user : users)
    users_.emplace(base::lower(user.name), Account{user.uid, user.gid, user.home, user.quota});
}

base::Result<void> Accounts::add_domains(std::string_view text, const std::string& name) {
  return base::each_entry(text, name, base::Exit::configuration,
                          [this](std::string_view line) -> base::Result<void> {
                            TRY_ASSIGN(const auto domain, codec::idna_pattern(line));
                            if (first_domain_.empty()) first_domain_ = domain;
                            domains_.insert(domain);
                            return {};
                          });
}

base::Result<Accounts> Accounts::load_domains(const std::string& path) {
  TRY_ASSIGN(const auto text, fs::read_trusted(path, file_limit));
  // Who is not in it yet would be a stranger.
  TRY(base::check_whole(text, path));
  Accounts out;
  TRY(out.add_domains(text, path));
  return out;
}

base::Result<Accounts> Accounts::load(const std::string& domains_path, const std::string& users_path) {
  TRY_ASSIGN(auto out, load_domains(domains_path));
  TRY_ASSIGN(auto text, fs::read_trusted(users_path, file_limit));
  const auto whole = base::check_whole(text, users_path);
  const auto users = whole ? parse_users(text, users_path, Hashes::drop) : whole.error();
  explicit_bzero(text.data(), text.size());
  TRY(users);
  out.add(*users);
  return out;
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

#include "serve/account_policy.hpp"

#include <sys/stat.h>

#include <utility>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "proc/log.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = 64 << 20;

base::Result<smtp::Routes> load_routes(const std::string& path) {
  const auto text = fs::read_all(path, file_limit);
  if (!text && text.error().code == base::Exit::no_input) return smtp::Routes();
  if (!text) return text.error();
  return smtp::Routes::parse(*text, path);
}

}  // namespace

AccountPolicy::AccountPolicy(auth::Accounts accounts, const std::string& postmaster, smtp::Routes routes)
    : accounts_(std::move(accounts)), postmaster_(postmaster), user_(postmaster), routes_(std::move(routes)) {
  const auto at = user_.rfind('@');
  if (at != std::string::npos && is_local_domain(std::string_view(user_).substr(at + 1))) user_.erase(at);
}

bool AccountPolicy::may_send_as(std::string_view user, const smtp::Path& sender) const {
  if (sender.null()) return true;
  if (!sender.domain.empty() && !is_local_domain(sender.domain)) return false;
  const auto owner = user_of(sender.local);
  return owner && base::iequals(*owner, user);
}

bool AccountPolicy::has_route(std::string_view domain) const {
  return routes_.find(domain).has_value();
}

bool AccountPolicy::is_local_domain(std::string_view domain) const {
  return accounts_.is_local_domain(domain);
}

bool AccountPolicy::has_user(std::string_view local) const {
  return user_of(local).has_value();
}

std::optional<std::string> AccountPolicy::user_of(std::string_view local) const {
  const auto name = smtp::unquoted(local);
  if (auto user = accounts_.user_of(name)) return user;
  return base::iequals(name, "postmaster") ? accounts_.user_of(user_) : std::nullopt;
}

base::Result<void> AccountPolicy::check_postmaster() const {
  if (has_user("postmaster")) return {};
  return base::fail(base::Exit::configuration, "postmaster: '" + postmaster_ +
                                                   "' is no user here; bounces that cannot be returned "
                                                   "would go nowhere");
}

base::Result<AccountFiles> AccountFiles::load(const proc::Options& given) {
  AccountFiles out;
  out.domains_ = given.get("domains");
  out.users_ = given.get("users");
  out.routes_ = given.get("routes");
  out.postmaster_ = given.get("postmaster");
  // Before reading: what changes meanwhile is read again.
  out.seen_ = out.look();
  TRY_ASSIGN(out.policy_, out.read());
  return out;
}

base::Result<AccountPolicy> AccountFiles::read() const {
  TRY_ASSIGN(auto accounts, auth::Accounts::load(domains_, users_));
  TRY_ASSIGN(auto routes, load_routes(routes_));
  AccountPolicy policy(std::move(accounts), postmaster_, std::move(routes));
  TRY(policy.check_postmaster());
  return policy;
}

std::vector<AccountFiles::Stamp> AccountFiles::look() const {
  std::vector<Stamp> out;
  for (const auto* path : {&domains_, &users_, &routes_}) {
    struct stat info = {};
    auto& stamp = out.emplace_back();
    if (stat(path->c_str(), &info) != 0) continue;
    stamp = {info.st_ino, static_cast<std::uint64_t>(info.st_size),
             static_cast<std::uint64_t>(info.st_mtim.tv_sec),
             static_cast<std::uint64_t>(info.st_mtim.tv_nsec)};
  }
  return out;
}

void AccountFiles::refresh() {
  auto now = look();
  if (now == seen_) return;
  seen_ = std::move(now);
  auto changed = read();
  // Emptied, and not written yet: all local mail would be refused for good.
  if (changed && policy_.has_domains() && !changed->has_domains())
    changed = base::fail(base::Exit::configuration, domains_ + ": empty");
  if (changed) {
    policy_ = std::move(*changed);
    proc::log("-", "accounts-read", {});
  } else {
    proc::log("-", "accounts-kept", {{"reason", changed.error().what}});
  }
}

}  // namespace serve

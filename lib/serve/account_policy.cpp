#include "serve/account_policy.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/fd.hpp"
#include "fs/plain_file.hpp"
#include "header/address.hpp"
#include "maildir/quota.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::size_t file_limit = 64 << 20;

base::Result<std::string> read_whole(const std::string& path) {
  TRY_ASSIGN(auto text, fs::read_trusted(path, file_limit));
  TRY(base::check_whole(text, path));
  return text;
}

/// The same for one that may be a user's: a pipe in its place must not make everybody's mail wait.
base::Result<std::string> read_members(const std::string& path) {
  TRY_ASSIGN(auto text, fs::read_plain(path, file_limit));
  TRY(base::check_whole(text, path));
  return text;
}

/// A file that need not be there.
base::Result<std::string> read_if_there(const std::string& path) {
  if (path.empty()) return std::string();
  auto text = read_whole(path);
  if (!text && text.error().code == base::Exit::no_input) return std::string();
  return text;
}

}  // namespace

AccountPolicy::AccountPolicy(auth::Accounts accounts, const std::string& postmaster, smtp::Routes routes,
                             AddressRules rules, ForwardingRules forwarding)
    : postmaster_(postmaster),
      user_(postmaster),
      routes_(std::move(routes)),
      forwarding_(std::move(forwarding)) {
  const auto at = user_.rfind('@');
  if (at != std::string::npos && accounts.is_local_domain(std::string_view(user_).substr(at + 1)))
    user_.erase(at);
  addresses_ = Addresses(std::move(accounts), user_, std::move(rules));
}

bool AccountPolicy::may_send_as(std::string_view user, const smtp::Path& sender) const {
  if (sender.null()) return true;
  if (!sender.domain.empty() && !is_local_domain(sender.domain)) return false;
  return expand(sender.local, sender.domain).only(base::lower(user));
}

std::optional<smtp::Path> login_address(const std::string& name) {
  auto path = smtp::parse_target(name);
  return path && !name.starts_with('@') ? std::optional(std::move(*path)) : std::nullopt;
}

std::string AccountPolicy::login_of(const std::string& name) const {
  const auto address = login_address(name);
  const auto& accounts = addresses_.accounts();
  if (!address || !accounts.is_local_domain(address->domain)) {
    // Filters tell users apart by this: it is one name, however it was said.
    auto plain = base::lower(name);
    return accounts.find(plain) != nullptr ? plain : name;
  }
  const auto local = smtp::unquoted(address->local);
  // What is no name must not be taken for an address once more.
  return local.find('@') == std::string::npos ? addresses_.login_at(local, address->domain) : name;
}

std::optional<smtp::Route> AccountPolicy::route_to(std::string_view domain) const {
  return takes_no_mail(domain) ? std::nullopt : routes_.find(domain);
}

bool AccountPolicy::has_route(std::string_view domain) const {
  return destination_of(domain).has_value();
}

std::optional<Destination> AccountPolicy::destination_of(std::string_view domain) const {
  if (takes_no_mail(domain)) return std::nullopt;
  if (const auto route = routes_.find(domain))
    return Destination{Destination::Kind::route, smtp::to_string(*route)};
  return by_mx_ ? std::optional(Destination{Destination::Kind::domain, base::lower(domain)}) : std::nullopt;
}

bool AccountPolicy::takes_no_mail(std::string_view domain) const {
  const auto route = routes_.find(domain);
  return route && route->host.name == ".";
}

bool AccountPolicy::is_local_domain(std::string_view domain) const {
  return addresses_.accounts().is_local_domain(domain) ||
         (forwarding_.srs && base::iequals(domain, forwarding_.srs->domain()));
}

bool AccountPolicy::has_user(std::string_view local) const {
  return mailbox_of(smtp::unquoted(local), "").has_value();
}

std::optional<std::string> AccountPolicy::mailbox_of(std::string_view local, std::string_view domain) const {
  if (bounce_to(local, domain)) return std::string(local) + "@" + base::lower(domain);
  if (!domain.empty() && !addresses_.accounts().is_local_domain(domain)) return std::nullopt;
  return addresses_.mailbox_of(local, domain);
}

std::optional<std::vector<std::string>> AccountPolicy::members_of(std::string_view local,
                                                                  std::string_view domain) const {
  if (!mailbox_of(local, domain)) return std::nullopt;
  auto all = expand(local, domain);
  std::vector<std::string> out = std::move(all.users);
  for (const auto* more : {&all.addresses, &all.lists}) out.insert(out.end(), more->begin(), more->end());
  return out;
}

std::string AccountPolicy::without_extension(std::string_view address) const {
  const auto at = std::min(address.rfind('@'), address.size());
  const auto domain = address.substr(std::min(at + 1, address.size()));
  if (!domain.empty() && !is_local_domain(domain)) return std::string(address);
  const auto name = addresses_.without_extension(smtp::unquoted(address.substr(0, at)), domain);
  return smtp::quoted(name) + std::string(address.substr(at));
}

std::vector<std::string> AccountPolicy::without_extensions(std::string_view address) const {
  const auto path = smtp::parse_mailbox(address);
  if (!path) return {};
  if (path->domain.empty() || is_local_domain(path->domain)) return {without_extension(address)};
  std::vector<std::string> out;
  header::Address shorter;
  shorter.domain = path->domain;
  const auto name = smtp::unquoted(path->local);
  for (auto end = name.size(); end-- > 1;) {
    if (!addresses_.begins_extension(name[end])) continue;
    shorter.local = name.substr(0, end);
    out.push_back(header::to_mailbox(shorter));
  }
  return out;
}

std::optional<std::string> AccountPolicy::user_of(std::string_view local) const {
  const auto name = smtp::unquoted(local);
  if (auto user = addresses_.user_of(name)) return user;
  return base::iequals(name, "postmaster") ? addresses_.user_of(user_) : std::nullopt;
}

std::optional<smtp::Path> AccountPolicy::bounce_to(std::string_view local, std::string_view domain) const {
  const auto& srs = forwarding_.srs;
  if (!srs || !base::iequals(domain, srs->domain())) return std::nullopt;
  const auto to = srs->reverse(smtp::unquoted(local), now_seconds());
  return to ? std::optional(*to) : std::nullopt;
}

Expansion AccountPolicy::expand(std::string_view local, std::string_view domain) const {
  if (const auto to = bounce_to(local, domain)) {
    auto out = addresses_.expand(to->local, to->domain);
    out.is_alias = true;
    return out;
  }
  return addresses_.expand(local, domain);
}

std::string AccountPolicy::forwarding_sender(const std::string& sender) const {
  const auto path = smtp::parse_path(sender);
  if (!forwarding_.srs || !path || is_local_domain(path->domain)) return sender;
  const auto rewritten = forwarding_.srs->rewrite(*path, now_seconds());
  return rewritten ? smtp::to_string(*rewritten) : sender;
}

std::optional<smtp::Reply> AccountPolicy::refusal_of(const smtp::Path& recipient,
                                                     std::string_view sender) const {
  if (sender.empty()) return std::nullopt;
  if (bounce_to(recipient.local, recipient.domain))
    return smtp::Reply{550, "5.7.1", {"this address takes bounces only"}};
  const auto list = addresses_.list_at(smtp::unquoted(recipient.local), recipient.domain);
  // Not before it is needed: there may be many members.
  if (list.empty() || forwarding_.lists.find(list).post == smtp::ListSettings::Post::anyone)
    return std::nullopt;
  if (may_post(expand(recipient.local, recipient.domain), sender)) return std::nullopt;
  return smtp::Reply{550, "5.7.2", {"you may not write to this list"}};
}

MailingList AccountPolicy::list_of(const Expansion& who) const {
  return {who.list, addresses_.list_address(who.list), addresses_.list_owner(who.list),
          forwarding_.lists.find(who.list)};
}

bool AccountPolicy::may_post(const Expansion& list, std::string_view sender) const {
  using Post = smtp::ListSettings::Post;
  const auto& settings = forwarding_.lists.find(list.list);
  const auto from = smtp::parse_target(sender);
  if (settings.post == Post::anyone) return true;
  if (!from) return false;
  const auto owner = smtp::parse_target(addresses_.list_owner(list.list));
  if (owner && addresses_.is_among(expand(owner->local, owner->domain), *from)) return true;
  for (const auto& poster : settings.posters) {
    Expansion one = addresses_.expand(poster.local, poster.domain);
    if (addresses_.is_among(one, *from)) return true;
  }
  return settings.post == Post::members && addresses_.is_among(list, *from);
}

base::Result<void> AccountPolicy::check_alias_user() const {
  const bool apart = forwarding_.alias_user && forwarding_.alias_user->uid != 0;
  if (geteuid() != 0 || apart || !addresses_.has_places()) return {};
  return base::fail(base::Exit::configuration,
                    "alias-user: aliases name programs or files, and nobody but root is there for them");
}

base::Result<void> AccountPolicy::check_postmaster() const {
  if (has_user("postmaster")) return {};
  return base::fail(base::Exit::configuration, "postmaster: '" + postmaster_ +
                                                   "' is no user here; bounces that cannot be returned "
                                                   "would go nowhere");
}

base::Result<void> AccountPolicy::check_catch_all() const {
  if (!addresses_.catches_for_nobody()) return {};
  return base::fail(base::Exit::configuration,
                    "catch-all: is for a name that nobody here has: all mail would be taken and returned");
}

base::Result<AccountFiles> AccountFiles::load(const proc::Options& given) {
  AccountFiles out;
  out.domains_ = given.get("domains");
  out.users_ = given.get("users");
  out.routes_ = given.get("routes");
  out.aliases_ = given.get("aliases");
  out.access_ = given.get("access");
  out.subaddress_ = given.get("subaddress");
  out.catch_all_ = given.get("catch-all");
  out.postmaster_ = given.get("postmaster");
  // A key that only those read who send mail on.
  if (given.has("relay-by-mx")) {
    TRY_ASSIGN(out.by_mx_, given.yes("relay-by-mx"));
  }
  out.lists_ = given.get("lists");
  out.srs_secret_ = given.get("srs-secret");
  out.srs_domain_ = given.get("srs-domain");
  TRY_ASSIGN(out.alias_user_, proc::find_identity(given, "alias-user"));
  // Before reading: what changes meanwhile is read again.
  out.seen_ = out.held_ = out.look(out.own_paths());
  TRY_ASSIGN(out.content_, out.read());
  if (!out.included_.empty()) out.seen_ = {};
  return out;
}

base::Result<AccountPolicy> AccountFiles::read_names(const proc::Options& given, auth::Accounts accounts,
                                                     const smtp::Path& address) {
  AccountFiles files;
  files.aliases_ = given.get("aliases");
  files.subaddress_ = given.get("subaddress");
  std::set<std::string, std::less<>> keys;
  const auto want = [&](const smtp::Path& path) {
    for (auto& key : Addresses::login_keys(path, files.subaddress_)) keys.insert(std::move(key));
  };
  want(address);
  AddressRules rules;
  TRY_ASSIGN(const auto text, read_if_there(files.aliases_));
  for (int step = 0; step <= Addresses::login_steps; ++step) {
    TRY_ASSIGN(rules, files.read_rules(text, [&](std::string_view key) { return keys.contains(key); }));
    const auto known = keys.size();
    for (const auto& [key, alias] : rules.aliases.all())
      if (alias.addresses.size() == 1) want(alias.addresses[0]);
    if (keys.size() == known) break;
  }
  return AccountPolicy(std::move(accounts), "postmaster", {}, std::move(rules));
}

base::Result<AddressRules> AccountFiles::read_rules(const std::string& aliases,
                                                    const smtp::Aliases::Wanted& wanted) {
  AddressRules rules;
  rules.subaddress = subaddress_;
  if (!catch_all_.empty()) {
    const auto target = smtp::parse_target(catch_all_);
    if (!target) return base::fail(base::Exit::usage, "catch-all: " + target.error().what);
    rules.catch_all = *target;
  }
  included_.clear();
  TRY_ASSIGN(rules.aliases, smtp::Aliases::parse(
                                aliases, aliases_,
                                [this](const std::string& path) {
                                  included_.push_back(path);
                                  return read_members(path);
                                },
                                wanted));
  // As with what a user's own instructions start.
  if (rules.aliases.has_places()) TRY(fs::open_plain(aliases_, S_IWGRP | S_IWOTH));
  return rules;
}

base::Result<ForwardingRules> AccountFiles::read_forwarding() const {
  ForwardingRules out;
  out.alias_user = alias_user_;
  TRY_ASSIGN(const auto lists, read_if_there(lists_));
  TRY_ASSIGN(out.lists, smtp::Lists::parse(lists, lists_));
  if (srs_secret_.empty()) return out;
  TRY_ASSIGN(const auto secrets, fs::read_plain(srs_secret_, file_limit, S_IRWXO));
  TRY(base::check_whole(secrets, srs_secret_));
  auto srs = smtp::Srs::make(smtp::parse_secrets(secrets), srs_domain_);
  if (!srs) return base::fail(base::Exit::configuration, "srs-secret, srs-domain: " + srs.error().what);
  out.srs = std::move(*srs);
  return out;
}

base::Result<AccountFiles::Content> AccountFiles::read() {
  TRY_ASSIGN(auto accounts, auth::Accounts::load(domains_, users_));
  TRY_ASSIGN(const auto routes_text, read_if_there(routes_));
  TRY_ASSIGN(auto routes, smtp::Routes::parse(routes_text, routes_));
  TRY_ASSIGN(const auto aliases, read_if_there(aliases_));
  TRY_ASSIGN(auto rules, read_rules(aliases));
  TRY_ASSIGN(auto forwarding, read_forwarding());
  Content out;
  out.policy = AccountPolicy(std::move(accounts), postmaster_, std::move(routes), std::move(rules),
                             std::move(forwarding));
  out.policy.relay_by_mx(by_mx_);
  TRY(out.policy.check_postmaster());
  TRY(out.policy.check_catch_all());
  TRY_ASSIGN(const auto access_text, read_if_there(access_));
  TRY_ASSIGN(out.access, Access::parse(access_text, access_));
  return out;
}

std::vector<std::string> AccountFiles::warnings() const {
  std::vector<std::string> out;
  for (const auto& [line, what] : policy().dangling_aliases())
    out.push_back(aliases_ + ":" + std::to_string(line) + ": " + what);
  for (const auto& [name, account] : policy().users()) {
    if (const auto quota = maildir::parse_quota(account.quota); !quota)
      out.push_back(users_ + ": " + name + ": " + quota.error().what);
  }
  return out;
}

std::vector<std::string> AccountFiles::own_paths() const {
  return {domains_, users_, routes_, aliases_, access_, lists_, srs_secret_};
}

std::vector<fs::Stamp> AccountFiles::look(const std::vector<std::string>& paths) {
  std::vector<fs::Stamp> out;
  for (const auto& path : paths) out.push_back(path.empty() ? fs::Stamp() : fs::stamp_of(path));
  return out;
}

/// Emptied, and not written yet; put aside, and no other in its place yet: rules and names would be gone, and
/// mail refused for good.
base::Result<void> AccountFiles::check_still_there(const std::vector<fs::Stamp>& now) const {
  const auto names = own_paths();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (held_[i].size > 0 && now[i].size == 0)
      return base::fail(base::Exit::configuration,
                        names[i] + ": emptied or gone; a line of # would say that it is meant");
  }
  return {};
}

void AccountFiles::refresh() {
  auto own = look(own_paths());
  const auto with_included = [&] {
    auto out = own;
    const auto more = look(included_);
    out.insert(out.end(), more.begin(), more.end());
    return out;
  };
  auto now = with_included();
  if (now == seen_) return;
  auto included = included_;
  auto changed = read();
  if (included_ != included) {
    // What is included now was read before it was looked at.
    now = with_included();
    included = included_;
    changed = read();
  }
  // Somebody is at it: what was read may be nothing, or half of it. Once more with the next connection.
  if (look(own_paths()) != own) return;
  seen_ = included == included_ ? now : std::vector<fs::Stamp>();
  if (const auto there = check_still_there(own); changed && !there) changed = there.error();
  if (changed) {
    held_ = std::move(own);
    content_ = std::move(*changed);
    ++generation_;
    proc::log("-", "accounts-read", {});
  } else {
    proc::log("-", "accounts-kept", {{"reason", changed.error().what}});
  }
}

}  // namespace serve

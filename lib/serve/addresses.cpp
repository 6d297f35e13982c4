#include "serve/addresses.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "header/address.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::string_view postmaster = "postmaster";
constexpr std::string_view owner_prefix = "owner-";

void add(std::vector<std::string>& to, std::set<std::string>& known, std::string name) {
  if (known.insert(name).second) to.push_back(std::move(name));
}

}  // namespace

bool Expansion::only(std::string_view user) const {
  return size() == 1 && users.size() == 1 && users[0] == user;
}

Addresses::Addresses(auth::Accounts accounts, std::string postmaster_name, AddressRules rules)
    : accounts_(std::move(accounts)), postmaster_(base::lower(postmaster_name)), rules_(std::move(rules)) {
  if (rules_.catch_all) catch_all_.addresses = {*rules_.catch_all};
}

std::optional<Addresses::Owner> Addresses::alias(const std::string& key) const {
  const auto* targets = rules_.aliases.find(key);
  return targets == nullptr ? std::nullopt : std::optional(Owner{targets, key, ""});
}

std::optional<Addresses::Owner> Addresses::find_name(const std::string& name, std::string_view domain) const {
  if (!domain.empty()) {
    if (auto owner = alias(name + "@" + base::lower(domain))) return owner;
  }
  // A local part in quotes may look like an address of another domain, and is none.
  if (auto owner = name.find('@') == std::string::npos ? alias(name) : std::nullopt) return owner;
  if (accounts_.find(name) != nullptr) return Owner{nullptr, "", name};
  return std::nullopt;
}

std::optional<Addresses::Owner> Addresses::find(std::string_view local, std::string_view domain) const {
  const auto name = base::lower(local);
  if (auto owner = find_name(name, domain)) return owner;
  for (auto end = name.size(); end-- > 1;) {
    if (!begins_extension(name[end])) continue;
    if (auto owner = find_name(name.substr(0, end), domain)) return owner;
  }
  if (name == postmaster && postmaster_ != postmaster) return find(postmaster_, "");
  if (name == postmaster_ || name == postmaster) return std::nullopt;
  if (!domain.empty()) {
    if (auto owner = alias("@" + base::lower(domain))) return owner;
  }
  // The empty key is no name's.
  return catch_all_.addresses.empty() ? std::nullopt : std::optional(Owner{&catch_all_, "", ""});
}

bool Addresses::is_named(std::string_view local, std::string_view domain) const {
  return find_name(base::lower(local), domain).has_value();
}

std::string Addresses::login_at(std::string_view local, std::string_view domain) const {
  const auto name = base::lower(local);
  if (auto user = user_alone(name, domain)) return *user;
  return accounts_.find(name) == nullptr ? name : name + "@" + base::lower(domain);
}

std::vector<std::string> Addresses::login_keys(const smtp::Path& address, std::string_view subaddress) {
  const auto name = base::lower(smtp::unquoted(address.local));
  const auto domain = address.domain.empty() ? "" : "@" + base::lower(address.domain);
  std::vector<std::string> out;
  for (auto end = name.size(); end > 0; --end) {
    if (end < name.size() && subaddress.find(name[end]) == subaddress.npos) continue;
    out.push_back(name.substr(0, end));
    if (!domain.empty()) out.push_back(out.back() + domain);
  }
  return out;
}

std::optional<std::string> Addresses::user_alone(const std::string& name, std::string_view domain,
                                                 int steps) const {
  const auto owner = find_name(name, domain);
  if (!owner) return std::nullopt;
  const bool own = accounts_.find(name) != nullptr;
  // What an alias for no domain says of his name takes it from nobody.
  if (owner->alias == nullptr || (own && owner->key == name)) return name;
  const auto* to = owner->alias;
  // Others get copies of what is his.
  const auto himself = [&](const smtp::Path& target) {
    return base::iequals(smtp::unquoted(target.local), name) &&
           (target.domain.empty() || base::iequals(target.domain, domain));
  };
  if (own && std::any_of(to->addresses.begin(), to->addresses.end(), himself)) return name;
  if (steps == 0 || !to->places.empty() || to->addresses.size() != 1) return std::nullopt;
  const auto& one = to->addresses[0];
  if (!one.domain.empty() && !accounts_.is_local_domain(one.domain)) return std::nullopt;
  return user_alone(without_extension(smtp::unquoted(one.local), one.domain), one.domain, steps - 1);
}

bool Addresses::catches_for_nobody() const {
  if (!rules_.catch_all) return false;
  const auto& to = *rules_.catch_all;
  if (!to.domain.empty() && !accounts_.is_local_domain(to.domain)) return false;
  const auto name = smtp::unquoted(to.local);
  if (!to.domain.empty() && alias("@" + base::lower(to.domain))) return false;
  return !base::iequals(name, postmaster) && !is_named(without_extension(name, to.domain), to.domain);
}

std::vector<std::pair<std::size_t, std::string>> Addresses::dangling() const {
  std::vector<std::pair<std::size_t, std::string>> out;
  for (const auto& [key, alias] : rules_.aliases.all()) {
    const auto before = out.size();
    for (const auto& target : alias.addresses) {
      if (!target.domain.empty() && !accounts_.is_local_domain(target.domain)) continue;
      if (find(smtp::unquoted(target.local), target.domain)) continue;
      out.emplace_back(alias.line, "'" + base::printable(smtp::to_string(target), 100) + "' is nobody here");
    }
    const auto at = std::min(key.rfind('@'), key.size());
    if (out.size() > before || at == 0) continue;
    const auto who = expand(key.substr(0, at), std::string_view(key).substr(std::min(at + 1, key.size())));
    if (who.size() == who.unknown.size()) out.emplace_back(alias.line, "the alias leads to nobody");
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string Addresses::without_extension(std::string_view local, std::string_view domain) const {
  const auto name = base::lower(local);
  if (find_name(name, domain)) return name;
  for (auto end = name.size(); end-- > 1;) {
    if (!begins_extension(name[end])) continue;
    if (find_name(name.substr(0, end), domain)) return name.substr(0, end);
  }
  return name;
}

std::optional<std::string> Addresses::user_of(std::string_view local) const {
  const auto name = base::lower(local);
  for (auto end = name.size(); end > 0; --end) {
    const bool whole = end == name.size();
    if (!whole && !begins_extension(name[end])) continue;
    if (accounts_.find(std::string_view(name).substr(0, end)) != nullptr) return name.substr(0, end);
  }
  return std::nullopt;
}

std::optional<std::string> Addresses::mailbox_of(std::string_view local, std::string_view domain) const {
  const auto owner = find(local, domain);
  if (!owner) return std::nullopt;
  // Users and plain aliases are the same at every local domain.
  const bool everywhere =
      owner->alias == nullptr || (!owner->key.empty() && owner->key.find('@') == std::string::npos);
  return base::lower(local) + (everywhere ? "" : "@" + base::lower(domain));
}

Expansion Addresses::expand(std::string_view local, std::string_view domain) const {
  Expansion out;
  std::set<std::string> known, followed;
  std::vector<std::pair<std::string, std::string>> open = {{std::string(local), std::string(domain)}};
  for (std::size_t at = 0; at < open.size(); ++at) {
    const auto [name, at_domain] = open[at];
    if (!at_domain.empty() && !accounts_.is_local_domain(at_domain)) {
      add(out.addresses, known, name + "@" + at_domain);
      continue;
    }
    const auto plain = smtp::unquoted(name);
    const auto owner = find(plain, at_domain);
    if (!owner) {
      add(out.unknown, known, name);
    } else if (owner->alias == nullptr) {
      add(out.users, known, owner->user);
    } else if (!followed.insert(owner->key).second) {
      if (const auto user = user_of(plain)) add(out.users, known, *user);
    } else {
      const bool list = is_list(owner->key);
      if (list && at > 0) {
        add(out.lists, known, list_address(owner->key));
        continue;
      }
      out.is_alias = true;
      if (list) out.list = owner->key;
      for (const auto& target : owner->alias->addresses) open.emplace_back(target.local, target.domain);
      for (const auto& place : owner->alias->places) add(out.places, known, place.name);
    }
  }
  return out;
}

bool Addresses::is_list(std::string_view key) const {
  if (key.empty() || key.front() == '@' || key.starts_with(owner_prefix)) return false;
  const auto owner = std::string(owner_prefix) + std::string(key);
  return rules_.aliases.find(owner) != nullptr ||
         rules_.aliases.find(owner.substr(0, owner.rfind('@'))) != nullptr;
}

std::string Addresses::list_at(std::string_view local, std::string_view domain) const {
  const auto owner = find(local, domain);
  return owner && owner->alias != nullptr && is_list(owner->key) ? owner->key : "";
}

std::string Addresses::list_address(std::string_view key) const {
  const auto at = key.rfind('@');
  header::Address out;
  out.local = key.substr(0, at);
  out.domain = at == std::string_view::npos ? accounts_.first_domain() : std::string(key.substr(at + 1));
  return header::to_mailbox(out);
}

std::string Addresses::list_owner(std::string_view key) const {
  return list_address(std::string(owner_prefix) + std::string(key));
}

bool Addresses::is_among(const Expansion& group, const smtp::Path& address) const {
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& one) { return base::iequals(one, name); });
  };
  if (address.local.empty()) return false;
  if (!address.domain.empty() && !accounts_.is_local_domain(address.domain))
    return in(group.addresses, smtp::to_string(address));
  const auto who = expand(smtp::unquoted(address.local), address.domain);
  if (who.users.size() + who.addresses.size() == 0) return false;
  return std::all_of(who.users.begin(), who.users.end(),
                     [&](const auto& one) { return in(group.users, one); }) &&
         std::all_of(who.addresses.begin(), who.addresses.end(),
                     [&](const auto& one) { return in(group.addresses, one); });
}

}  // namespace serve

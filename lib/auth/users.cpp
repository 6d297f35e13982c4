#include "auth/users.hpp"

#include <string.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/ascii.hpp"
#include "base/lines.hpp"

namespace auth {

namespace {

bool is_entry(std::string_view line) {
  return !line.empty() && line.front() != '#';
}

/// The value behind `name`, if that is what stands here.
std::optional<std::string_view> value_of(std::string_view word, std::string_view name) {
  return word.starts_with(name) ? std::optional(word.substr(name.size())) : std::nullopt;
}

/// Dovecot's `storage=` counts in KiB where no letter says more.
std::string with_unit(std::string_view size) {
  return std::string(size) + (!size.empty() && base::is_digit(size.back()) ? "k" : "");
}

/// The parts of a quota as Dovecot's fields have said them so far; empty: not at all.
struct Limits {
  std::string octets;
  std::string messages;
};

/// As Dovecot 2.4 has it, which knows a word for none.
std::string limit(std::string_view text) {
  return text == "unlimited" ? "0" : std::string(text);
}

/// One limit or several, as in `storage=1G:messages=5000`.
void put_rule(std::string_view limits, Limits& into) {
  for (const auto one : base::split(limits, ':')) {
    if (const auto size = value_of(one, "storage=")) into.octets = with_unit(*size);
    if (const auto size = value_of(one, "bytes=")) into.octets = *size;
    if (const auto count = value_of(one, "messages=")) into.messages = *count;
  }
}

/// What follows the shell, colons and all.
std::string quota_in(std::string_view line) {
  for (int colon = 0; colon < 7; ++colon) {
    const auto at = line.find(':');
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + 1);
  }
  Limits out;
  for (const auto& word : base::words(line)) {
    if (const auto plain = value_of(word, "quota=")) return std::string(*plain);
    if (const auto limits = value_of(word, "userdb_quota_rule=*:")) put_rule(*limits, out);
    if (const auto size = value_of(word, "userdb_quota_storage_size=")) out.octets = limit(*size);
    if (const auto count = value_of(word, "userdb_quota_message_count=")) out.messages = limit(*count);
  }
  if (out.messages.empty()) return out.octets;
  return (out.octets.empty() ? "0" : out.octets) + "," + out.messages;
}

base::Result<User> parse_user(std::string_view line, Hashes hashes) {
  const auto wrong = [](const char* what) { return base::fail(base::Exit::configuration, what); };
  const auto field = base::split(line, ':');
  if (field.size() < 6 || field[0].empty()) return wrong("name:hash:uid:gid::home expected");
  if (std::any_of(field[0].begin(), field[0].end(), [](char c) { return c == ' ' || base::is_control(c); }))
    return wrong("blank or control character in the name");
  // Nobody could be reached by it, or send: the local domains hold for every user.
  if (field[0].find('@') != std::string_view::npos)
    return wrong("an address is no name: name@domain is what name logs in with, and an alias makes more");
  const auto uid = base::parse_number(field[2], UINT32_MAX - 1);
  const auto gid = base::parse_number(field[3], UINT32_MAX - 1);
  if (!uid || !gid) return wrong("uid or gid is not a number");
  if (!field[5].starts_with('/')) return wrong("home is not an absolute path");
  return User{std::string(field[0]),
              std::string(hashes == Hashes::keep ? field[1] : std::string_view()),
              static_cast<std::uint32_t>(*uid),
              static_cast<std::uint32_t>(*gid),
              std::string(field[5]),
              quota_in(line)};
}

}  // namespace

base::Result<std::vector<User>> parse_users(std::string_view text, const std::string& file, Hashes hashes) {
  std::vector<User> out;
  std::set<std::string> names;
  const auto add = [&](std::string_view line) -> base::Result<void> {
    TRY_ASSIGN(auto user, parse_user(line, hashes));
    if (!names.insert(base::lower(user.name)).second)
      return base::fail(base::Exit::configuration, "the name is there already");
    out.push_back(std::move(user));
    return {};
  };
  TRY(base::each_entry(text, file, base::Exit::configuration, add));
  return out;
}

base::Result<std::vector<User>> names_only(std::string& text, const std::string& file) {
  auto users = parse_users(text, file, Hashes::drop);
  explicit_bzero(text.data(), text.size());
  text.clear();
  return users;
}

const User* find(const std::vector<User>& users, std::string_view name) {
  const auto found =
      std::find_if(users.begin(), users.end(), [&](const User& u) { return base::iequals(u.name, name); });
  return found == users.end() ? nullptr : &*found;
}

base::Result<std::string> with_hash(std::string_view text, std::string_view name, std::string_view hash) {
  if (std::any_of(hash.begin(), hash.end(), [](char c) { return c == ':' || base::is_control(c); })) {
    return base::fail(base::Exit::data, "a hash may hold neither a colon nor a control character");
  }
  const auto whole = text;
  while (!text.empty()) {
    const auto line = base::take_line(text);
    const auto field = base::split(line, ':');
    if (field.size() < 2 || !is_entry(base::trim(line)) || !base::iequals(base::trim(field[0]), name))
      continue;
    const auto start = static_cast<std::size_t>(field[1].data() - whole.data());
    return std::string(whole.substr(0, start)) + std::string(hash) +
           std::string(whole.substr(start + field[1].size()));
  }
  return base::fail(base::Exit::no_user, "no user " + base::printable(name, 100));
}

}  // namespace auth

#include "smtp/aliases.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/hex.hpp"
#include "base/lines.hpp"
#include "codec/hmac.hpp"

namespace smtp {

namespace {

constexpr std::string_view include_word = ":include:";

/// The text before the next `mark` that stands outside quotes; takes it and the mark off.
std::string_view take_until(std::string_view& text, char mark) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\' && quoted) {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == mark && !quoted) {
      break;
    }
  }
  const auto out = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return out;
}

/// Whether alias_key() of it is the text in lower case.
bool is_plain(std::string_view name) {
  return !name.empty() && name.back() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return base::is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '+' || c == '@';
  });
}

/// By the first line of an alias. True also for what is read to find out, or to say what is wrong with it.
bool may_be(const Aliases::Wanted& wanted, std::string_view line) {
  const auto colon = line.find(':');
  const auto name = base::trim(line.substr(0, colon));
  return colon == line.npos || !is_plain(name) || wanted(base::lower(name));
}

struct LogicalLine {
  std::string text;
  std::size_t number = 0;  // of its first line
};

/// The next line that says something, with those that go on from it.
std::optional<LogicalLine> take_logical_line(std::string_view& text, std::size_t& number,
                                             const Aliases::Wanted& wanted = {}) {
  std::optional<LogicalLine> out;
  bool left_out = false;
  while (!text.empty()) {
    auto left = text;
    const auto line = base::take_line(left);
    const auto said = base::trim(line);
    const bool more = base::is_wsp(line.empty() ? 'x' : line.front());
    const bool empty = said.empty() || said.front() == '#';
    if (out && !more && !empty) return out;
    text = left;
    ++number;
    if (empty) continue;
    if (!more) left_out = wanted && !may_be(wanted, line);
    if (left_out) continue;
    if (!out) out = LogicalLine{"", number};
    if (!more) {
      out->text = line;
    } else {
      out->text += " " + std::string(said);
    }
  }
  return out;
}

class Reader {
 public:
  Reader(const std::string& file, const Aliases::Include& include) : file_(file), include_(include) {}

  base::Error wrong(std::size_t line, const std::string& what) const {
    return base::fail(base::Exit::configuration, file_ + ":" + std::to_string(line) + ": " + what);
  }

  base::Result<void> add(const LogicalLine& line, std::string_view text, Alias& into, bool included) const {
    while (!text.empty()) {
      const auto target = base::trim(take_until(text, ','));
      if (target.empty()) continue;
      if (base::istarts_with(target, include_word)) {
        if (included) return wrong(line.number, "an included file includes no other");
        TRY(add_file(line, std::string(base::trim(target.substr(include_word.size()))), into));
        continue;
      }
      if (is_place(target)) {
        if (included) return wrong(line.number, "an included file names no programs and files");
        TRY(add_place(line, target, into));
      } else {
        TRY(add_address(line, target, into.addresses));
      }
    }
    return {};
  }

 private:
  base::Result<void> add_address(const LogicalLine& line, std::string_view target,
                                 std::vector<Path>& into) const {
    auto path = parse_target(target);
    if (!path) return wrong(line.number, path.error().what);
    if (into.size() >= Aliases::targets_limit) return wrong(line.number, "too many targets");
    if (into.size() > 1000 || std::find(into.begin(), into.end(), *path) == into.end())
      into.push_back(std::move(*path));
    return {};
  }

  base::Result<void> add_place(const LogicalLine& line, std::string_view text, Alias& into) const {
    auto target = parse_forward_target(text);
    if (!target) return wrong(line.number, target.error().what);
    if (into.places.size() >= Aliases::places_limit) return wrong(line.number, "too many programs and files");
    into.places.push_back({"", std::move(*target)});
    return {};
  }

  base::Result<void> add_file(const LogicalLine& line, const std::string& path, Alias& into) const {
    if (!path.starts_with('/')) return wrong(line.number, ":include: needs a path that begins with /");
    const auto text = include_(path);
    if (!text) return wrong(line.number, text.error().what);
    const Reader inside(path, include_);
    std::string_view rest = *text;
    std::size_t number = 0;
    while (const auto next = take_logical_line(rest, number)) TRY(inside.add(*next, next->text, into, true));
    return {};
  }

  const std::string& file_;
  const Aliases::Include& include_;
};

/// See Place. A colon and an `@` would make it another alias's, or an address.
std::string name_of(const std::string& key, const Target& target) {
  const auto digest = codec::sha256(key + '\0' + target.text);
  std::string out = "|";
  for (const char c : key) out += c == '@' ? '%' : c == ':' || base::is_control(c) || c == ' ' ? '_' : c;
  return out + ':' + base::to_hex(std::string_view(digest).substr(0, 8));
}

}  // namespace

bool is_place(std::string_view target) {
  if (target.starts_with('"')) target.remove_prefix(1);
  return target.starts_with('|') || target.starts_with('/');
}

std::optional<std::string> alias_key(std::string_view text) {
  const bool whole_domain = text.starts_with('@');
  const auto path = parse_target(whole_domain ? "x" + std::string(text) : std::string(text));
  if (!path) return std::nullopt;
  const auto name = whole_domain ? "" : base::lower(unquoted(path->local));
  return path->domain.empty() ? name : name + "@" + path->domain;
}

base::Result<Path> parse_target(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return base::fail(base::Exit::data, "'" + base::printable(text, 100) + "' " + std::string(what));
  };
  auto path = parse_mailbox(text);
  // Also what a backslash or quotes hide: it would be a place where it is written again.
  if (is_place(text) || (path && is_place(path->local))) return wrong("is a program or file, and no address");
  return path ? path : wrong("is no address");
}

base::Result<Aliases> Aliases::parse(std::string_view text, const std::string& file, const Include& include,
                                     const Wanted& wanted) {
  Aliases out;
  const Reader reader(file, include);
  std::size_t number = 0;
  while (const auto line = take_logical_line(text, number, wanted)) {
    std::string_view rest = line->text;
    const auto name = take_until(rest, ':');
    if (base::is_wsp(line->text.front()) || name.size() == line->text.size())
      return reader.wrong(line->number, "not 'name: target, target'");
    const auto key = alias_key(base::trim(name));
    if (!key)
      return reader.wrong(line->number, "'" + base::printable(base::trim(name), 100) + "' is no local name");
    if (wanted && !wanted(*key)) continue;
    Alias alias;
    alias.line = line->number;
    TRY(reader.add(*line, rest, alias, false));
    if (alias.addresses.empty() && alias.places.empty()) return reader.wrong(line->number, "no target");
    for (auto& place : alias.places) {
      place.name = name_of(*key, place.target);
      out.places_.emplace(place.name, place.target);
    }
    if (!out.names_.emplace(*key, std::move(alias)).second)
      return reader.wrong(line->number, "'" + base::printable(*key, 100) + "' a second time");
  }
  return out;
}

const Alias* Aliases::find(std::string_view key) const {
  const auto found = names_.find(key);
  return found == names_.end() ? nullptr : &found->second;
}

const Target* Aliases::find_place(std::string_view name) const {
  const auto found = places_.find(name);
  return found == places_.end() ? nullptr : &found->second;
}

}  // namespace smtp

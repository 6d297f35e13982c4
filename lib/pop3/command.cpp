#include "pop3/command.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace pop3 {

namespace {

constexpr std::uint32_t most_lines = UINT32_MAX;

std::optional<std::uint32_t> number(std::string_view text, std::uint32_t least) {
  const auto value = base::parse_number(text, most_lines);
  if (!value || *value < least) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

template <class Kind>
Command bare(std::string_view argument) {
  if (!argument.empty()) return BadSyntax{};
  return Kind{};
}

template <class Kind>
Command numbered(std::string_view argument) {
  const auto n = number(argument, 1);
  if (!n) return BadSyntax{};
  return Kind{*n};
}

template <class Kind>
Command maybe_numbered(std::string_view argument) {
  return argument.empty() ? Command(Kind{}) : numbered<Kind>(argument);
}

template <class Kind>
Command text(std::string_view argument) {
  if (argument.empty() || !base::is_utf8(argument)) return BadSyntax{};
  return Kind{std::string(argument)};
}

Command top(std::string_view argument) {
  const auto space = argument.find(' ');
  if (space == std::string_view::npos) return BadSyntax{};
  const auto n = number(argument.substr(0, space), 1);
  const auto lines = number(argument.substr(space + 1), 0);
  if (!n || !lines) return BadSyntax{};
  return Top{*n, *lines};
}

Command auth(std::string_view argument) {
  const auto space = argument.find(' ');
  Auth out = {std::string(argument.substr(0, space)), std::nullopt};
  if (space != std::string_view::npos) out.response = base::trim(argument.substr(space + 1));
  return out;
}

Command apop(std::string_view argument) {
  constexpr std::size_t digest_size = 32;
  // A name may hold blanks, a digest does not.
  const auto space = argument.rfind(' ');
  if (space == std::string_view::npos || space == 0) return BadSyntax{};
  const auto name = argument.substr(0, space);
  const auto digest = base::lower(argument.substr(space + 1));
  const bool is_digest =
      digest.size() == digest_size && digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_digest || !base::is_utf8(name)) return BadSyntax{};
  return Apop{std::string(name), digest};
}

Command lang(std::string_view argument) {
  return argument.empty() ? Lang{} : Lang{std::string(argument)};
}

struct Row {
  std::string_view keyword;
  Command (*parse)(std::string_view argument);
};

constexpr Row rows[] = {
    {"USER", text<User>},
    {"PASS", text<Pass>},
    {"STAT", bare<Stat>},
    {"LIST", maybe_numbered<List>},
    {"RETR", numbered<Retr>},
    {"DELE", numbered<Dele>},
    {"NOOP", bare<Noop>},
    {"RSET", bare<Rset>},
    {"QUIT", bare<Quit>},
    {"TOP", top},
    {"UIDL", maybe_numbered<Uidl>},
    {"CAPA", bare<Capa>},
    {"STLS", bare<Stls>},
    {"AUTH", auth},
    {"APOP", apop},
    {"UTF8", bare<Utf8>},
    {"LANG", lang},
};

}  // namespace

Command parse_command(std::string_view line) {
  if (std::any_of(line.begin(), line.end(), base::is_control)) return BadSyntax{};
  const auto space = line.find(' ');
  const auto keyword = line.substr(0, space);
  auto argument = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
  for (const auto& row : rows) {
    if (!base::iequals(row.keyword, keyword)) continue;
    // Blanks at the end are common and harmless, except that they may belong to a password.
    if (row.keyword != "PASS") argument = base::trim(argument);
    return row.parse(argument);
  }
  return Unknown{};
}

}  // namespace pop3

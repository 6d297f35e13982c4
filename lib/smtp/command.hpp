// One line of the client as a value (RFC 5321 section 4.1.1). Verbs in any case; trailing blanks are forgiven.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "smtp/path.hpp"

namespace smtp {

struct Helo {
  std::string domain;
  bool extended = false;  // EHLO
};
struct Mail {
  Path path;
  std::optional<std::uint64_t> size;  // SIZE=, RFC 1870
};
struct Rcpt {
  Path path;
};
struct Data {};
struct Rset {};
struct Noop {};
struct Vrfy {
  std::string text;
};
struct Help {};
struct Quit {};
struct Unknown {
  std::string verb;
};
/// 501 for syntax, 555 for a parameter that is not known.
struct Malformed {
  int code = 501;
  std::string what;
};

using Command = std::variant<Helo, Mail, Rcpt, Data, Rset, Noop, Vrfy, Help, Quit, Unknown, Malformed>;

constexpr std::size_t command_limit = 512 + 500;  // RFC 5321 section 4.5.3.1.4 and room for extensions

/// `line` without its line end. Control characters anywhere make it Malformed.
Command parse_command(std::string_view line);

}  // namespace smtp

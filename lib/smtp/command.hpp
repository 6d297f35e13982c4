// One line of the client as a value (RFC 5321 section 4.1.1). Verbs in any case; trailing blanks are
// forgiven.
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
  std::optional<std::uint64_t>
      size;                 // SIZE=, RFC 1870; the largest number there is for one that is larger still
  bool body_given = false;  // BODY=, RFC 6152
  bool auth_given = false;  // AUTH=, RFC 4954 section 5: accepted, and believed of nobody
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
struct Expn {};
struct Auth {
  std::string mechanism;                // upper case
  std::optional<std::string> response;  // RFC 4954 section 4; "=" stands for an empty one
};
struct StartTls {};
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

using Command = std::variant<Helo, Mail, Rcpt, Data, Rset, Noop, Vrfy, Expn, Auth, StartTls, Help, Quit,
                             Unknown, Malformed>;

// RFC 5321 section 4.5.3.1.4 and room for extensions; AUTH needs the most.
constexpr std::size_t command_limit = 2048;

/// `line` without its line end. Control characters anywhere make it Malformed.
Command parse_command(std::string_view line);

}  // namespace smtp

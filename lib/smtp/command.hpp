// One line of the client as a value (RFC 5321 section 4.1.1). Verbs in any case; trailing blanks are
// forgiven.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "smtp/parameter.hpp"
#include "smtp/path.hpp"

namespace smtp {

struct Helo {
  enum class Greeting { helo, ehlo, lhlo };  // LHLO: RFC 2033 section 4.1
  std::string domain;
  Greeting greeting = Greeting::helo;
};
struct Mail {
  Path path;
  MailParameters parameters;
  bool any_parameter = false;
};
struct Rcpt {
  Path path;
  RcptParameters parameters;
  bool any_parameter = false;
};
struct Data {};
struct Bdat {
  std::uint64_t size = 0;  // octets that follow the line at once, RFC 3030 section 2
  bool last = false;
};
struct Rset {};
struct Noop {};
struct Vrfy {
  std::string text;   // a mailbox or a name, UTF-8
  bool utf8 = false;  // SMTPUTF8, RFC 6531 section 3.7.4.2
};
struct Expn {
  std::string text;
  bool utf8 = false;
};
struct Auth {
  std::string mechanism;                // upper case
  std::optional<std::string> response;  // RFC 4954 section 4; "=" stands for an empty one
};
struct StartTls {};
struct Help {
  std::string topic;  // upper case; empty: none
};
struct Quit {};
struct Unknown {
  std::string verb;
};
/// 501 for syntax, 555 for a parameter that is not known.
struct Malformed {
  int code = 501;
  std::string what;
  std::string enhanced = "5.5.4";
  bool out_of_step = false;  // a BDAT: nobody knows how many octets follow that are no commands
};

using Command = std::variant<Helo, Mail, Rcpt, Data, Bdat, Rset, Noop, Vrfy, Expn, Auth, StartTls, Help, Quit,
                             Unknown, Malformed>;

// RFC 5321 section 4.5.3.1.4 and room for extensions; AUTH needs the most.
constexpr std::size_t command_limit = 2048;

/// `line` without its line end. Control characters anywhere make it Malformed, and so does what is neither
/// ASCII nor UTF-8.
Command parse_command(std::string_view line);

}  // namespace smtp

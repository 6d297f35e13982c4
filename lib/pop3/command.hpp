// POP3 commands (RFC 1939 section 3, RFC 2449 section 5 for CAPA, RFC 2595 section 4 for STLS, RFC 5034 for
// AUTH), parsed from one line without its CRLF. Keywords in any case, one space between arguments. The caller
// limits lines to 255 octets with CRLF (RFC 2449 section 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace pop3 {

struct User {
  std::string name;
};
struct Pass {
  std::string password;
};  // everything after the first space: a password may hold spaces
struct Stat {};
struct List {
  std::optional<std::uint32_t> n;
};  // message numbers count from 1; 0 is BadSyntax
struct Retr {
  std::uint32_t n = 0;
};
struct Dele {
  std::uint32_t n = 0;
};
struct Noop {};
struct Rset {};
struct Quit {};
struct Top {
  std::uint32_t n = 0;
  std::uint32_t lines = 0;
};
struct Uidl {
  std::optional<std::uint32_t> n;
};
struct Capa {};
struct Stls {};
struct Auth {
  std::string mechanism;                // empty: which ones are there?
  std::optional<std::string> response;  // the initial one, in base64
};
struct Unknown {};
struct BadSyntax {};  // a known keyword with wrong arguments, or a control character in the line

using Command = std::variant<User, Pass, Stat, List, Retr, Dele, Noop, Rset, Quit, Top, Uidl, Capa, Stls,
                             Unknown, BadSyntax, Auth>;

Command parse_command(std::string_view line);

}  // namespace pop3

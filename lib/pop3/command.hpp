// POP3 commands (RFC 1939 section 3, RFC 2449 section 5 for CAPA, RFC 2595 section 4 for STLS, RFC 5034 for
// AUTH, RFC 6856 for UTF8 and LANG), parsed from one line without its CRLF. Keywords in any case, one space
// between arguments. The caller limits lines to 255 octets with CRLF (RFC 2449 section 4).
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
struct Apop {
  std::string name;
  std::string digest;  // 32 hexadecimal digits, in lower case
};
struct Utf8 {};
struct Lang {
  std::optional<std::string> range;  // nothing: which ones are there?
};
struct Unknown {};
struct BadSyntax {};  // a known keyword with wrong arguments, a control character in the line, or a name or
                      // password that is not UTF-8 (RFC 6856 section 2.2)

using Command = std::variant<User, Pass, Stat, List, Retr, Dele, Noop, Rset, Quit, Top, Uidl, Capa, Stls,
                             Unknown, BadSyntax, Auth, Apop, Utf8, Lang>;

Command parse_command(std::string_view line);

}  // namespace pop3

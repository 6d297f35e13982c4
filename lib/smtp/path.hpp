// Reverse-path and forward-path of MAIL and RCPT (RFC 5321 section 4.1.2).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace smtp {

struct Path {
  std::string local;  // quoted only where it must be, may be UTF-8; both empty: the null path <>
  std::string
      domain;  // lower case, ASCII; a literal keeps its brackets; empty with a local part: <postmaster>
  bool utf8 = false;  // it was not written in ASCII alone
  friend bool operator==(const Path&, const Path&) = default;
  /// Nothing but SMTPUTF8 can carry it (RFC 6531 section 3.3).
  bool needs_utf8() const;
  /// The domain is not digits at its end, as no name in the DNS is (RFC 3696 section 2).
  bool could_be_reached() const;
  bool null() const { return local.empty() && domain.empty(); }
};

std::string to_string(const Path& path);

/// What stands behind the last @ of an address; empty where there is none.
std::string_view domain_of(std::string_view address);

/// A local part as the name it means: `"a\"b"` is a"b.
std::string unquoted(std::string_view local);

/// The other way: as it is kept, with quotes and backslashes only where there must be any, so that each
/// mailbox has one form, whatever was written.
std::string quoted(std::string_view name);

/// Reads `<path>` at the start of `text` and takes it off; without brackets it ends before a space. A source
/// route is accepted and dropped (section 4.1.1.3). Limits of section 4.5.3.1: domain 255, the whole path 256
/// octets; a local part may be as long as that, as list servers and forwarders write more than the 64 octets
/// that everybody must take. Dots may stand anywhere in it, underscores in a domain. UTF-8 is read (RFC 6531
/// section 3.3), domains become ASCII (IDNA), their labels have at most 63 octets. Exit::data says what is
/// wrong.
base::Result<Path> take_path(std::string_view& text);

/// All of `address`, which has no brackets; the null path is empty. Exit::data: it is none.
base::Result<Path> parse_path(std::string_view address);

/// The same, and also a name alone, which is local and has no domain; never the null path.
base::Result<Path> parse_mailbox(std::string_view address);

}  // namespace smtp

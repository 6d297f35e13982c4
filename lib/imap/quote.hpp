// Strings as a server sends them (RFC 3501 section 4.3).
#pragma once

#include <string>
#include <string_view>

namespace imap {

/// Quoted where that is allowed, else a literal. NUL, which no string may hold, becomes 0x80.
std::string quote(std::string_view text);

/// A mailbox name, given in UTF-8: in modified UTF-7, or as it is where the client takes UTF-8 (RFC 6855).
std::string quote_name(std::string_view name, bool utf8);

/// NIL for an empty text.
std::string quote_or_nil(std::string_view text);

/// The text of a response for people: printable ASCII on one line, at most 500 octets.
std::string one_line(std::string_view text);

/// Of each absolute path only the last name: where the mail is stored is no business of a client.
std::string without_paths(std::string_view text);

}  // namespace imap

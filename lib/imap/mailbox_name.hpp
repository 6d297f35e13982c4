// Mailbox names: modified UTF-7 on the wire (RFC 3501 section 5.1.3), UTF-8 within, and the patterns of LIST.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace imap {

constexpr char separator = '.';

/// To UTF-8; INBOX in any case becomes "INBOX", also as the first level. Wrong UTF-7 is taken as it stands,
/// so that a pattern or an odd client still means something; Exit::data for 8-bit text that is no UTF-8.
/// `utf8`: it is UTF-8 and nothing else (RFC 6855 section 3).
base::Result<std::string> decode_mailbox_name(std::string_view wire, bool utf8 = false);

/// From UTF-8.
std::string encode_mailbox_name(std::string_view name);

/// `*` stands for anything, `%` for anything without a separator (section 6.3.8); the case of INBOX does not
/// count. Linear in time and memory.
bool matches(std::string_view pattern, std::string_view name);

}  // namespace imap

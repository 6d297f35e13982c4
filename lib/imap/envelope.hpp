// ENVELOPE of a message (RFC 3501 section 7.4.2).
#pragma once

#include <string>
#include <string_view>

namespace imap {

/// `text` starts with the header. The answer has its parentheses.
std::string format_envelope(std::string_view text);

}  // namespace imap

// Flags as IMAP writes them (RFC 3501 section 2.3.2).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "imap/mailbox.hpp"

namespace imap {

/// Names in any case for the system flags. \Recent and unknown system flags are Exit::data: no client may set
/// them. Keywords: at most 64 octets each, ASCII.
base::Result<Flags> parse_flags(const std::vector<std::string>& names);

/// `\Seen \Flagged $Junk`, without parentheses.
std::string format_flags(const Flags& flags, bool recent);

Flags apply(const Flags& before, Change change, const Flags& flags);

}  // namespace imap

// Flags as IMAP writes them (RFC 3501 section 2.3.2).
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "imap/mailbox.hpp"

namespace imap {

/// The order of keywords when case does not count.
struct LessKeyword {
  bool operator()(const std::string& a, const std::string& b) const;
};

using Keywords = std::set<std::string, LessKeyword>;

/// All are told to each client that selects the mailbox.
constexpr std::size_t keywords_of_mailbox = 1000;

/// Names in any case for the system flags. \Recent and unknown system flags are Exit::data: no client may set
/// them. Keywords: at most 128 octets, as the index each, ASCII.
base::Result<Flags> parse_flags(const std::vector<std::string>& names);

/// `\Seen \Flagged $Junk`, without parentheses.
std::string format_flags(const Flags& flags, bool recent);

/// Keywords in any case are the same, and keep the spelling they had in `before`.
Flags apply(const Flags& before, Change change, const Flags& flags);

}  // namespace imap

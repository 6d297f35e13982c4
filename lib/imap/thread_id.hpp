// Which conversation a message belongs to (RFC 8474 section 5.2).
#pragma once

#include <string>
#include <string_view>

#include "imap/gist.hpp"

namespace imap {

/// Of the first message that the header refers to, or else of its own Message-ID: all that name the same one
/// belong together, in whatever mailbox. One with neither is alone with its copies, which have one EMAILID:
/// NIL is for servers that have it for all.
std::string thread_id(const Gist& gist, std::string_view email_id);

}  // namespace imap

// Which conversation a message belongs to (RFC 8474 section 5.2).
#pragma once

#include <string>

#include "imap/gist.hpp"

namespace imap {

/// Of the first message that the header refers to, or else of its own Message-ID: all that name the same one
/// belong together, in whatever mailbox. Empty: there is nothing to go by.
std::string thread_id(const Gist& gist);

}  // namespace imap

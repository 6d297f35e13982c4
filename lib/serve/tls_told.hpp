// Connections to other hosts whose TLS somebody wants to hear about (RFC 8460), or only tests (RFC 8461).
#pragma once

#include "serve/conversation.hpp"
#include "serve/exchangers.hpp"

namespace serve {

/// Conversation::open(); `domains`, which may be null, is told how it went. What is only tested is tried as
/// if it counted, and where that fails once more as if it did not.
Conversation::Opened open_and_tell(Exchangers* domains, const NextHop& hop, const Conversation::Terms& terms);

}  // namespace serve

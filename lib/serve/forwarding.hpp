// A message for an alias, sent on to everybody behind it.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "serve/addresses.hpp"
#include "spool/queue.hpp"

namespace serve {

struct AliasRecipient {
  std::string parameters;  // of its RCPT
  Expansion who;
};

/// Queues copies for all of them, at most a thousand recipients a message, each recipient once; they are in
/// the queue when this returns. Nothing for no alias. Who is behind a list is told of failures as the sender
/// asked, not of success: that was the list's (RFC 3461 section 5.2.7.1).
base::Result<void> send_on(const std::string& spool, const spool::Message& message,
                           std::span<const AliasRecipient> aliases);

}  // namespace serve

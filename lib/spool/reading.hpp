// A message's file for eyes only: it is opened to be read, nothing is locked, and what is damaged can be
// seen.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace spool {

/// The head of a message as it stands there: read, and not compared with its checksum; nothing is locked.
/// Exit::no_input: it has gone.
base::Result<Message> open_unchecked(const Queue& queue, const Entry& entry);

/// What stands behind the end mark, of which the last 256 KiB; empty where the message is not whole.
base::Result<std::string> read_notes(const Message& message);

/// Why no runner would deliver it: length, end mark or checksum. Reads all of it.
std::optional<base::Error> damage_of(const Message& message);

}  // namespace spool

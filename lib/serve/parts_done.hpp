// Which parts of a recipient's instructions have been carried out for a queued message: noted behind its end
// mark, so that what has to be tried again does not repeat them.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Of what stands behind the end mark of a message in the queue. Pure.
std::vector<std::string> parse_parts(std::string_view notes, std::string_view recipient);

/// Nothing for a message that no file of the queue holds.
std::vector<std::string> parts_done(const spool::Message& message, std::string_view recipient);

/// All that is noted behind the end mark, in whole lines.
base::Result<std::string> all_notes(const spool::Message& message);

/// Room on the disk for notes, where its file system can keep it. Exit::temporary: there is none.
base::Result<void> reserve_notes(const spool::Message& message);

base::Result<void> note_parts(const spool::Message& message, std::string_view recipient,
                              const std::vector<std::string>& parts);

}  // namespace serve

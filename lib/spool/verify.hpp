// Whether a message is all that was written.
#pragma once

#include <string>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace spool {

/// Length, end mark and checksum; reads all of it. Exit::data: it is incomplete or damaged, with `name` in
/// front of what is wrong.
base::Result<void> verify(const Message& message, const std::string& name);

}  // namespace spool

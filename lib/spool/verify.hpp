// Whether a message is all that was written.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "spool/queue.hpp"

namespace spool {

/// Length, end mark and checksum; reads all of it. Exit::data: it is incomplete or damaged, with `name` in
/// front of what is wrong.
base::Result<void> verify(const Message& message, const std::string& name);

/// The same of a file that was read whole.
base::Result<void> verify(const Envelope& envelope, std::string_view file, const std::string& name);

}  // namespace spool

// Locks that end with the process that holds them.
#pragma once

#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace fs {

/// Takes the lock on `path` (made if missing) without waiting. Exit::temporary (in_use) with `busy` as the
/// reason when another process has it.
base::Result<Fd> try_lock(const std::string& path, const std::string& busy);

/// The same, but waits up to `seconds` for it.
base::Result<Fd> wait_for_lock(const std::string& path, int seconds, const std::string& busy);

}  // namespace fs

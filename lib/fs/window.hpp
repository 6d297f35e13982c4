// A large file as memory, of which no more than a window is in memory at any time.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/result.hpp"

namespace fs {

/// Maps a file to be read. It comes in pieces of 64 KiB when they are touched, by a handler of SIGSEGV, and
/// only the last 16 of them stay. For a process with one thread that has nothing else to do: there is one
/// window, it stays until the process ends, and only its own instructions may look through it, no system
/// call.
base::Result<std::pair<void*, std::size_t>> open_window(const std::string& path);

}  // namespace fs

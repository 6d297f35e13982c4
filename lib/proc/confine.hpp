// Giving up what a program does not need, before it reads a byte from outside: no_new_privs and Landlock.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace proc {

struct Confinement {
  std::vector<std::string> read;   // files and trees that may be read
  std::vector<std::string> write;  // trees in which files may also be made, written, cut, renamed and removed
  std::vector<std::string> execute;  // programs and trees that may be executed (and read)
};

/// From now on nothing else in the file system can be opened by this process or its children. Paths that do
/// not exist are left out. A kernel without Landlock is a warning in the log, not an error; descriptors that
/// are open stay usable.
base::Result<void> confine(const Confinement& allowed);

/// No debugger, no core file, and nothing under /proc for other processes of the same user: for one that
/// holds a key. An exec ends it.
base::Result<void> keep_memory_private();

}  // namespace proc

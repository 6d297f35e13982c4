// Giving up what a program does not need, before it reads a byte from outside: no_new_privs, Landlock,
// seccomp.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "proc/role.hpp"

namespace proc {

struct Confinement {
  Role role;
  std::vector<std::string> read = {};  // files and trees that may be read
  // Trees in which files may also be made, written, cut and removed; a keeper also renames, and has
  // directories.
  std::vector<std::string> write = {};
};

/// From now on nothing else in the file system can be opened by this process, no signal sent to another, no
/// port taken, and but for a caller no TCP connection made (Landlock, as far as this kernel's goes); and of
/// system calls only those of its role are left (seccomp): others fail with ENOSYS, and those with which only
/// an intruder would have to do (exec, fork, ptrace, kill, mount, bpf, …) end the process by SIGSYS. Paths
/// that do not exist are left out; descriptors that are open stay usable. A kernel that lacks one of the two
/// is a warning in the log, not an error.
base::Result<void> confine(const Confinement& allowed);

/// No debugger, no core file, and nothing under /proc for other processes of the same user: for one that
/// holds a key. An exec ends it.
base::Result<void> keep_memory_private();

}  // namespace proc

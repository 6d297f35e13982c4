// Starting another program: by argument vector, never through a shell, with exactly the descriptors it is
// given.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace proc {

struct Child {
  std::vector<std::string> command;              // command[0]: a path
  std::vector<std::pair<int, int>> descriptors;  // {ours, the child's}; others are closed on exec
  std::vector<std::pair<std::string, std::string>> variables;  // added to the environment
  bool leads_group = false;     // with whatever it starts; it is killed when the one who started it ends
  bool only_variables = false;  // nothing else is in its environment
  std::string directory = {};   // where it works; empty: where the one who starts it does
};

/// Starts it; an exec that fails ends the child with 71 (127 is never used).
base::Result<pid_t> start(const Child& child);

/// For a child that was forked and becomes no other program: it leads a group, and is killed when `starter`,
/// who forked it, ends; or it ends here.
void lead_group(pid_t starter);

enum class Search { nowhere, along_path };  // with the second, for a name without a slash

/// This process becomes that program, with the signals as it would find them in a shell. Returns only where
/// it cannot: why.
base::Error exec(const std::vector<std::string>& command, Search search);

/// Waits for it. A child ended by a signal counts as Exit::temporary.
base::Result<int> wait(pid_t pid);

/// The same for at most `seconds`; then it is killed, and counts as Exit::temporary too.
base::Result<int> wait(pid_t pid, unsigned seconds);

/// The same for one that leads a group: of that nothing is left when this returns, but who has gone into
/// another session.
base::Result<int> wait_for_group(pid_t pid, unsigned seconds);

/// Whether it has ended within `seconds`; it is still to be waited for.
base::Result<bool> ends_in(pid_t pid, unsigned seconds);

/// Waits for at most `seconds` until it has ended by itself, then kills it. One that does not even die of
/// that, as a disk that hangs holds it, is left behind.
void let_go(pid_t pid, unsigned seconds);

/// Closes every descriptor but 0 to 2 and these: for a child that is to hold nothing of its parent's.
void keep_only(std::vector<int> descriptors);

/// The same, and takes the connection off 0 and 1, and off 2 where the log goes into it too: who is on its
/// other end must see that it ends with the process that serves it. Exit::os: no /dev/null to be had.
base::Result<void> leave_connection(std::vector<int> descriptors);

}  // namespace proc

// A process that was forked to do another's work, and is of no use once that one is dead: it ends then, at
// once where nothing is lost by that, else when what it is in the midst of is done. The kernel tells it by
// SIGUSR1, which by default ends a process wherever it waits.
#pragma once

#include <sys/types.h>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace proc {

/// This process ends when `starter` does, who forked it; now, if that has happened. To become somebody else
/// undoes it.
void end_with(pid_t starter);

/// The same end for a child, though its starter lives.
void end_early(pid_t child);

/// What comes now is done first.
void hold_end();

/// Nothing is lost by ending now: ends where that is due.
void allow_end();

/// Whether it only waits for allow_end().
bool is_end_due();

/// Where the end is held: it is no reason to wait for the other side of this connection, which is shut down
/// when the end is due, until hold_end() or this goes. One at a time; for the others, and where the end is
/// allowed, nothing is done.
class CutAtEnd {
 public:
  explicit CutAtEnd(int socket);
  ~CutAtEnd();
  CutAtEnd(const CutAtEnd&) = delete;
  CutAtEnd& operator=(const CutAtEnd&) = delete;

 private:
  bool cuts_ = false;
};

/// Can be read when it is.
base::Result<fs::Fd> watch_end();

/// Allows it as long as this lives, unless it is held meanwhile; then it is held.
class MayEnd {
 public:
  MayEnd() { allow_end(); }
  ~MayEnd() { hold_end(); }
  MayEnd(const MayEnd&) = delete;
  MayEnd& operator=(const MayEnd&) = delete;
};

}  // namespace proc

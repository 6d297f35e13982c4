// Closing removed files in a process of its own, when no mail comes. Where a file system gives freed blocks
// back at once (ext4 mounted with discard), the last close of a file keeps the disk busy longer than its
// delivery did.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace serve {

class LateClose {
 public:
  /// Before the children that use it: when the last of them has ended, it does.
  static base::Result<LateClose> start();
  LateClose(LateClose&& other) noexcept;
  LateClose& operator=(LateClose&&) = delete;

  /// Waits for what is still to be closed.
  ~LateClose();

  /// Whoever waits for any child has met this one: its number may be another process's from now on.
  void ended(pid_t pid);

  /// A file of about so many octets. At most 32,768 files and 256 MiB are put off, in case mail never ends;
  /// fewer where a process may not have so many open. Small ones go there by the dozen: it is not woken for
  /// each.
  void take(fs::Fd file, std::uint64_t octets);

  /// No more comes for a while.
  void rest();

 private:
  LateClose(pid_t pid, fs::Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  fs::Fd socket_;
  std::vector<fs::Fd> gathered_;
  std::uint64_t octets_ = 0;  // of them
};

}  // namespace serve

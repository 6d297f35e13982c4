// The locks that mail programs agree on for mbox files: fcntl(2), then a file `MBOX.lock`.
#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace serve {

class MboxLock {
 public:
  /// Locks the open file `descriptor`, which is `path`; waits at most `seconds`, then Exit::temporary. Where
  /// no file may be made beside it (/var/mail), the first lock is all. A lock file that is older than five
  /// minutes and whose process, if it names one, is gone is removed.
  static base::Result<MboxLock> take(int descriptor, const std::string& path, int seconds);
  MboxLock(MboxLock&& other) noexcept : file_(std::exchange(other.file_, {})) {}
  MboxLock& operator=(MboxLock&&) = delete;

  /// Removes the lock file; the other lock goes with its descriptor.
  ~MboxLock();

 private:
  explicit MboxLock(std::string file) : file_(std::move(file)) {}
  std::string file_;  // empty: there is none
};

}  // namespace serve

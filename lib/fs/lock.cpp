#include "fs/lock.hpp"

#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

namespace fs {

base::Result<Fd> try_lock(const std::string& path, const std::string& busy) {
  TRY_ASSIGN(Fd file, open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return base::Error{base::Exit::temporary, path + ": " + busy, true};
  return base::system_error(path);
}

base::Result<Fd> wait_for_lock(const std::string& path, int seconds, const std::string& busy) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  // flock(2) has no timeout; short waits that grow keep a busy folder quick and a stuck one cheap.
  auto pause = std::chrono::milliseconds(1);
  while (true) {
    auto lock = try_lock(path, busy);
    if (lock || lock.error().code != base::Exit::temporary || std::chrono::steady_clock::now() > deadline)
      return lock;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(50));
  }
}

}  // namespace fs

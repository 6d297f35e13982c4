#include "serve/mbox_lock.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <thread>

#include "base/ascii.hpp"
#include "fs/fd.hpp"

namespace serve {

namespace {

constexpr std::time_t stale_after = 300;  // seconds

/// Of this open file, and so in the way of every process that locks it by its own.
base::Result<bool> lock_range(int descriptor, short kind, const std::string& path) {
  struct flock whole = {};
  whole.l_type = kind;
  whole.l_whence = SEEK_SET;
  if (fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return true;
  if (errno == EAGAIN || errno == EACCES || errno == EINTR) return false;
  return base::system_error("lock " + path);
}

/// Whoever made it has died. Two of us cannot both find that: this happens under the first lock.
bool is_stale(const std::string& lock) {
  struct stat info = {};
  if (lstat(lock.c_str(), &info) != 0 || std::time(nullptr) - info.st_mtime < stale_after) return false;
  const auto file = fs::open(lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file) return false;
  const auto text = fs::read_up_to(file->get(), 0, 32);
  if (!text) return false;
  const auto process = base::parse_number(base::trim(*text), 1 << 30);
  return !process || *process == 0 || (kill(static_cast<pid_t>(*process), 0) != 0 && errno == ESRCH);
}

enum class Made { yes, busy, never };

base::Result<Made> make_lock_file(const std::string& lock) {
  const auto file = fs::open(lock, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (!file && errno == EEXIST) {
    if (is_stale(lock)) unlink(lock.c_str());
    return Made::busy;
  }
  if (!file && (file.error().code == base::Exit::not_permitted || errno == EROFS)) return Made::never;
  if (!file) return file.error();
  const auto written = fs::write_all(file->get(), std::to_string(getpid()) + "\n");
  if (written) return Made::yes;
  unlink(lock.c_str());
  return written.error();
}

}  // namespace

base::Result<MboxLock> MboxLock::take(int descriptor, const std::string& path, int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  const auto lock = path + ".lock";
  auto pause = std::chrono::milliseconds(1);
  while (true) {
    TRY_ASSIGN(const bool first, lock_range(descriptor, F_WRLCK, path));
    if (first) {
      TRY_ASSIGN(const auto second, make_lock_file(lock));
      if (second != Made::busy) return MboxLock(second == Made::yes ? lock : std::string());
      // Who has the second may wait for the first.
      TRY(lock_range(descriptor, F_UNLCK, path));
    }
    if (std::chrono::steady_clock::now() > deadline)
      return base::fail(base::Exit::temporary, path + ": locked by another program");
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(200));
  }
}

MboxLock::~MboxLock() {
  if (!file_.empty()) unlink(file_.c_str());
}

}  // namespace serve

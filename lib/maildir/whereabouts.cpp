#include "maildir/whereabouts.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

namespace maildir {

namespace {

constexpr int waits_allowed = 4;  // for the directories to come to rest, in one operation
constexpr auto pause = std::chrono::milliseconds(25);  // more than listing's clock tick

}  // namespace

std::uint64_t file_system_now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::string file_of(const Record& record) {
  return (record.in_new ? "/new/" : "/cur/") + record.base + record.suffix;
}

base::Result<bool> rename_anew(const std::string& from, const std::string& to) {
  int done = renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (done != 0 && (errno == EINVAL || errno == ENOSYS)) {
    // A file system that does not know the flag: the look before is the best there is.
    if (access(to.c_str(), F_OK) == 0) {
      errno = EEXIST;
    } else {
      done = std::rename(from.c_str(), to.c_str());
    }
  }
  if (done == 0) return true;
  if (errno == ENOENT) return false;
  if (errno == EEXIST) return base::fail(base::Exit::data, to + ": another file has this name already");
  return base::system_error(from);
}

base::Result<void> Whereabouts::look() {
  TRY_ASSIGN(listing_, list(folder_, file_system_now()));
  looked_ = true;
  return {};
}

base::Result<Whereabouts::Found> Whereabouts::see(Record& record) {
  if (!looked_) TRY(look());
  const Seen* seen = find_seen(listing_, record.base);
  if (seen == nullptr) return find(record);
  record.suffix = seen->suffix;
  record.in_new = seen->in_new;
  return Found::here;
}

base::Result<Whereabouts::Found> Whereabouts::find(Record& record) {
  bool fresh = false;
  while (true) {
    const Seen* seen = looked_ ? find_seen(listing_, record.base) : nullptr;
    if (seen != nullptr && (fresh || seen->suffix != record.suffix || seen->in_new != record.in_new)) {
      record.suffix = seen->suffix;
      record.in_new = seen->in_new;
      return Found::here;
    }
    if (looked_ && seen == nullptr) {
      if (listing_.steady) return Found::gone;
      if (waits_ == waits_allowed) return Found::unsure;
      ++waits_;
      std::this_thread::sleep_for(pause);
    }
    TRY(look());
    fresh = true;
  }
}

base::Error missing(const std::string& folder, std::uint32_t uid, Whereabouts::Found found) {
  return base::fail(
      base::Exit::temporary,
      folder + ": message " + std::to_string(uid) +
          (found == Whereabouts::Found::gone ? " is gone" : " is being moved by another program"));
}

}  // namespace maildir

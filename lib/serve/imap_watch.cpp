#include "serve/imap_watch.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "maildir/sight.hpp"

namespace serve {

namespace {

using std::chrono::milliseconds;

// Between two looks. The kernel does not tell what others do over a network file system.
constexpr milliseconds told = milliseconds(5000);
constexpr milliseconds untold = milliseconds(500);
// When directories are at rest: more than a tick of the clock that stamps them.
constexpr milliseconds settled = milliseconds(maildir::clock_tick / 1'000'000 + 15);

constexpr std::uint32_t deliveries = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
// The index is in the folder itself: keywords change nothing else.
constexpr std::uint32_t index_changes = IN_MODIFY | IN_MOVED_TO | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR;

}  // namespace

FolderWatch::FolderWatch(const std::string& folder) : has_folder_(!folder.empty()) {
  if (!has_folder_) return;
  fs::Fd made(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  const bool works = made.get() >= 0 &&
                     inotify_add_watch(made.get(), (folder + "/new").c_str(), deliveries) >= 0 &&
                     inotify_add_watch(made.get(), (folder + "/cur").c_str(), deliveries) >= 0 &&
                     inotify_add_watch(made.get(), folder.c_str(), index_changes) >= 0;
  if (works) inotify_ = std::move(made);
}

bool FolderWatch::drain() const {
  alignas(inotify_event) char events[4096];
  bool left = false;
  for (ssize_t got = 0; (got = read(inotify_.get(), events, sizeof events)) > 0;) {
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event = {};
      std::memcpy(&event, events + at, sizeof event);
      left = left || (event.mask & (IN_DELETE | IN_MOVED_FROM)) != 0;
      at += sizeof event + event.len;
    }
  }
  return left;
}

FolderWatch::Wake FolderWatch::wait(int client, std::chrono::steady_clock::time_point end) {
  const bool tells = inotify_.get() >= 0;
  const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
  if (left.count() <= 0) return Wake::end;
  const auto look = unsure_ ? settled : tells ? told : untold;
  const auto most = has_folder_ ? std::min(left, look) : left;
  pollfd waiting[] = {{client, POLLIN, 0}, {inotify_.get(), POLLIN, 0}};
  const int ready =
      poll(waiting, tells ? 2 : 1, static_cast<int>(std::min<std::int64_t>(most.count(), 60'000)));
  if (ready > 0 && waiting[0].revents != 0) return Wake::input;
  if (ready == 0 && std::chrono::steady_clock::now() >= end) return Wake::end;
  unsure_ = tells && waiting[1].revents != 0 && drain();
  return Wake::news;
}

}  // namespace serve

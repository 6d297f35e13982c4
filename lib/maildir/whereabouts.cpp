#include "maildir/whereabouts.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "maildir/doubles.hpp"
#include "maildir/entry.hpp"

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

std::string file_of(const Seen& seen) {
  return std::string(seen.in_new ? "/new/" : "/cur/").append(seen.base).append(seen.suffix);
}

Record record_of(const Seen& seen) {
  Record out;
  out.base = seen.base;
  out.suffix = seen.suffix;
  out.in_new = seen.in_new;
  return out;
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

Lister looks_at(std::string folder) {
  return [folder = std::move(folder), seen = Sighting()]() mutable -> base::Result<Listing> {
    TRY_ASSIGN(auto out, list(folder, file_system_now(), seen));
    seen.note(out.stamp, out.at);
    return out;
  };
}

base::Result<Listing> list_at_rest(const Lister& look) {
  TRY_ASSIGN(auto out, look());
  for (int i = 0; i < waits_allowed && !out.steady; ++i) {
    std::this_thread::sleep_for(pause);
    TRY_ASSIGN(auto next, look());
    // What a look at rest has not is gone.
    if (!next.steady) take_missed(next, std::move(out));
    out = std::move(next);
  }
  return out;
}

base::Result<void> Whereabouts::look() {
  TRY_ASSIGN(listing_, lister_());
  looked_ = true;
  return {};
}

base::Result<Whereabouts::Found> Whereabouts::see(Record& record) {
  if (!looked_) TRY(look());
  const Seen* seen = find_seen(listing_, record.base);
  if (seen == nullptr) return find(record);
  // Its own of several, unless only that says that it is deleted.
  const Seen own = {record.base, record.suffix, record.in_new};
  if (is_deleted(*seen) || !is_deleted(own)) prefer(listing_, {own.base, own.suffix, own.in_new});
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

base::Result<fs::Fd> Whereabouts::open(Record record) {
  for (int i = 0; i < rename_attempts; ++i) {
    auto file = open_file(folder_ + file_of(record));
    if (file || file.error().code != base::Exit::no_input) return file;
    TRY_ASSIGN(const auto found, find(record));
    if (found == Found::gone) return file;
    if (found == Found::unsure) break;
  }
  return missing(folder_, record.uid, Found::unsure);
}

base::Result<bool> Whereabouts::remove(Record record) {
  for (int i = 0; i < rename_attempts; ++i) {
    const auto file = folder_ + file_of(record);
    if (unlink(file.c_str()) == 0) return true;
    if (errno != ENOENT) return base::system_error(file);
    TRY_ASSIGN(const auto found, find(record));
    if (found == Found::gone) return false;
    if (found == Found::unsure) break;
  }
  return missing(folder_, record.uid, Found::unsure);
}

void Whereabouts::rest() {
  listing_ = {};
  looked_ = false;
}

base::Error missing(const std::string& folder, std::uint32_t uid, Whereabouts::Found found) {
  return base::fail(
      base::Exit::temporary,
      folder + ": message " + std::to_string(uid) +
          (found == Whereabouts::Found::gone ? " is gone" : " is being moved by another program"));
}

}  // namespace maildir

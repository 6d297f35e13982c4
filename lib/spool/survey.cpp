#include "spool/survey.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <utility>

namespace spool {

namespace {

constexpr std::uint64_t second = 1'000'000'000;  // nanoseconds

std::uint64_t nanoseconds(const timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * second + static_cast<std::uint64_t>(time.tv_nsec);
}

/// 0: nobody knows, or it is so young that a change that follows may bear the same time.
std::uint64_t settled_time(const struct stat& info) {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto changed = nanoseconds(info.st_mtim);
  return changed + 2 * second < nanoseconds(now) ? changed : 0;
}

}  // namespace

std::string Survey::path(unsigned bucket) const {
  return spool_ + "/queue/" + "0123456789abcdef"[bucket];
}

void Survey::begin(bool all) {
  for (unsigned bucket = 0; bucket < buckets; ++bucket) {
    struct stat info = {};
    const bool same = !all && read_at_[bucket] != 0 && stat(path(bucket).c_str(), &info) == 0 &&
                      nanoseconds(info.st_mtim) == read_at_[bucket];
    const bool planned = std::find(to_read_.begin(), to_read_.end(), bucket) != to_read_.end();
    // Whoever knocks without end must not have the same one read again and again.
    if (!same && !planned) to_read_.insert(to_read_.begin(), bucket);
  }
}

base::Result<void> Survey::open_next() {
  bucket_ = to_read_.back();
  to_read_.pop_back();
  read_at_[bucket_] = 0;
  const auto where = path(bucket_);
  open_.reset(opendir(where.c_str()));
  struct stat info = {};
  if (!open_ || fstat(dirfd(open_.get()), &info) != 0) return base::system_error(where);
  read_at_[bucket_] = settled_time(info);
  return {};
}

std::optional<Survey::Found> Survey::take_found() {
  const auto next =
      std::find_if(found_.begin(), found_.end(), [](const auto& records) { return !records.empty(); });
  has_found_ = next != found_.end();
  if (!has_found_) return std::nullopt;
  const auto part = static_cast<unsigned>(next - found_.begin()) * buckets + bucket_;
  return Found{part, std::exchange(*next, {})};
}

base::Result<std::optional<Survey::Found>> Survey::step(std::size_t names, Destinations& destinations) {
  if (has_found_) return take_found();
  if (!open_ && to_read_.empty()) return std::optional<Found>();
  if (!open_) TRY(open_next());
  for (std::size_t i = 0; i < names; ++i) {
    const dirent* const item = readdir(open_.get());
    if (item == nullptr) {
      open_.reset();
      return take_found();
    }
    const auto entry = parse_file_name(item->d_name);
    if (!entry) continue;
    if (const auto record = to_record(*entry, destinations); record && record->bucket() == bucket_)
      found_[Schedule::part_of(*record) / buckets].push_back(*record);
  }
  return std::optional<Found>();
}

}  // namespace spool

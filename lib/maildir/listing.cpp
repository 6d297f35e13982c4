#include "maildir/listing.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

#include "maildir/entry.hpp"
#include "maildir/file_name.hpp"
#include "maildir/flags.hpp"

namespace maildir {

namespace {

constexpr std::size_t room_step = 1 << 18;  // octets of names at a time

/// Puts the names one behind the other: one allocation each would take as long as reading the directory.
class Collector {
 public:
  explicit Collector(Listing& into) : into_(into) {}

  void add(std::string_view name, bool in_new) {
    if (left_ < name.size()) {
      into_.names.push_back(std::make_unique<char[]>(room_step));
      at_ = into_.names.back().get();
      left_ = room_step;
    }
    std::copy(name.begin(), name.end(), at_);
    const std::string_view kept(at_, name.size());
    at_ += name.size();
    left_ -= name.size();
    const auto base = base_of(kept);
    into_.files.push_back({base, kept.substr(base.size()), in_new});
  }

  base::Result<void> read(const std::string& path, bool in_new) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
    if (!directory) return base::system_error(path);
    while (const dirent* item = readdir(directory.get())) {
      if (is_message(directory.get(), *item)) add(item->d_name, in_new);
    }
    return {};
  }

 private:
  Listing& into_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
};

/// Eight octets from `at` on, so that their numbers are in the order of the names.
std::uint64_t key_of(std::string_view base, std::size_t at) {
  std::uint64_t out = 0;
  for (std::size_t i = at; i < at + 8; ++i)
    out = out << 8 | (i < base.size() ? static_cast<unsigned char>(base[i]) : 0);
  return out;
}

std::size_t common_start(const std::vector<Seen>& files) {
  if (files.empty()) return 0;
  std::size_t out = files[0].base.size();
  for (const auto& seen : files) {
    const auto end = std::mismatch(
        seen.base.begin(), seen.base.begin() + static_cast<std::ptrdiff_t>(std::min(out, seen.base.size())),
        files[0].base.begin());
    out = static_cast<std::size_t>(end.first - seen.base.begin());
  }
  return out;
}

/// One that moved from new/ to cur/ between the two looks is in cur/. Of several names there, one that is not
/// deleted comes first: a message is deleted only when all its names say so.
bool comes_first(const Seen& a, const Seen& b) {
  if (const int order = a.base.compare(b.base)) return order < 0;
  const auto rank = [](const Seen& seen) { return std::tuple(seen.in_new, is_deleted(seen), seen.suffix); };
  return rank(a) < rank(b);
}

/// By base, each once. Names begin alike, so that comparing where they begin to differ decides nearly always.
void put_in_order(Listing& listing) {
  auto& files = listing.files;
  const auto start = common_start(files);
  std::vector<std::pair<std::uint64_t, Seen>> keyed;
  keyed.reserve(files.size());
  for (const auto& seen : files) keyed.emplace_back(key_of(seen.base, start), seen);
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : comes_first(a.second, b.second);
  });
  files.clear();
  for (const auto& [key, seen] : keyed) {
    const bool again = !files.empty() && files.back().base == seen.base;
    (again ? listing.doubles : files).push_back(seen);
  }
}

base::Result<std::uint64_t> changed_at(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return base::system_error(path);
  return static_cast<std::uint64_t>(info.st_mtim.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(info.st_mtim.tv_nsec);
}

}  // namespace

bool is_deleted(const Seen& seen) {
  return (from_letters(letters_of(seen.suffix)) & deleted) != 0;
}

base::Result<Stamp> stamp_of(const std::string& folder) {
  Stamp out;
  TRY_ASSIGN(out.cur, changed_at(folder + "/cur"));
  TRY_ASSIGN(out.fresh, changed_at(folder + "/new"));
  return out;
}

base::Result<Listing> list(const std::string& folder, std::uint64_t now, const Sighting& seen) {
  Listing out;
  out.at = now;
  TRY_ASSIGN(out.stamp, stamp_of(folder));
  Collector collector(out);
  TRY(collector.read(folder + "/new", true));
  TRY(collector.read(folder + "/cur", false));
  TRY_ASSIGN(const auto after, stamp_of(folder));
  out.steady = after == out.stamp && is_at_rest(after.cur, now, seen.stamp.cur, seen) &&
               is_at_rest(after.fresh, now, seen.stamp.fresh, seen);
  put_in_order(out);
  return out;
}

base::Result<Listing> list_new(const std::string& folder, std::uint64_t now, const Sighting& seen) {
  Listing out;
  out.at = now;
  TRY_ASSIGN(out.stamp, stamp_of(folder));
  TRY(Collector(out).read(folder + "/new", true));
  TRY_ASSIGN(const auto after, stamp_of(folder));
  out.steady = after == out.stamp && is_at_rest(after.fresh, now, seen.stamp.fresh, seen);
  put_in_order(out);
  return out;
}

void take_missed(Listing& listing, Listing earlier) {
  std::vector<Seen> all;
  all.reserve(std::max(listing.files.size(), earlier.files.size()));
  // Of one that both have, the later name comes first and stays.
  std::merge(listing.files.begin(), listing.files.end(), earlier.files.begin(), earlier.files.end(),
             std::back_inserter(all), [](const Seen& a, const Seen& b) { return a.base < b.base; });
  const auto same = [](const Seen& a, const Seen& b) { return a.base == b.base; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  listing.files = std::move(all);
  std::move(earlier.names.begin(), earlier.names.end(), std::back_inserter(listing.names));
}

std::vector<Seen>::const_iterator lower_bound(const std::vector<Seen>& files, std::string_view base) {
  return std::lower_bound(files.begin(), files.end(), base,
                          [](const Seen& seen, std::string_view wanted) { return seen.base < wanted; });
}

const Seen* find_seen(const Listing& listing, std::string_view base) {
  const auto found = lower_bound(listing.files, base);
  return found == listing.files.end() || found->base != base ? nullptr : &*found;
}

}  // namespace maildir

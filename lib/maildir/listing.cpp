#include "maildir/listing.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <tuple>

#include "maildir/entry.hpp"
#include "maildir/flags.hpp"
#include "maildir/scan.hpp"

namespace maildir {

namespace {

constexpr std::uint64_t clock_tick =
    20'000'000;  // nanoseconds; ext4 stamps changes with the kernel's coarse clock

base::Result<void> read_directory(const std::string& path, bool in_new, std::vector<Seen>& into) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory) return base::system_error(path);
  while (const dirent* item = readdir(directory.get())) {
    if (!is_message(directory.get(), *item)) continue;
    const std::string_view name = item->d_name;
    const auto base = base_of(name);
    into.push_back({std::string(base), std::string(name.substr(base.size())), in_new});
  }
  return {};
}

base::Result<std::uint64_t> changed_at(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return base::system_error(path);
  return static_cast<std::uint64_t>(info.st_mtim.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(info.st_mtim.tv_nsec);
}

}  // namespace

base::Result<Stamp> stamp_of(const std::string& folder) {
  Stamp out;
  TRY_ASSIGN(out.cur, changed_at(folder + "/cur"));
  TRY_ASSIGN(out.fresh, changed_at(folder + "/new"));
  return out;
}

base::Result<Listing> list(const std::string& folder, std::uint64_t now) {
  Listing out;
  TRY_ASSIGN(out.stamp, stamp_of(folder));
  TRY(read_directory(folder + "/new", true, out.files));
  TRY(read_directory(folder + "/cur", false, out.files));
  TRY_ASSIGN(const auto after, stamp_of(folder));
  const auto last_change = std::max(after.cur, after.fresh);
  out.steady = after == out.stamp && now > last_change && now - last_change > clock_tick;
  // One that moved from new/ to cur/ between the two looks is in cur/. Of several names there, one that is
  // not deleted comes first: a message is deleted only when all its names say so.
  std::sort(out.files.begin(), out.files.end(), [](const Seen& a, const Seen& b) {
    const auto rank = [](const Seen& seen) {
      return std::tuple(std::string_view(seen.base), seen.in_new,
                        (from_letters(letters_of(seen.suffix)) & deleted) != 0,
                        std::string_view(seen.suffix));
    };
    return rank(a) < rank(b);
  });
  const auto same = [](const Seen& a, const Seen& b) { return a.base == b.base; };
  out.files.erase(std::unique(out.files.begin(), out.files.end(), same), out.files.end());
  return out;
}

}  // namespace maildir

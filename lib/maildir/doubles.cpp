#include "maildir/doubles.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "fs/stamp.hpp"
#include "maildir/entry.hpp"
#include "maildir/file_name.hpp"
#include "maildir/flags.hpp"
#include "maildir/index.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

constexpr std::size_t step = 64 * 1024;  // octets

constexpr std::size_t parted_at_once = 1000;
constexpr std::uint64_t rename_lasts = 300;  // seconds that who links or copies first may take

enum class Twin { linked, copied, stranger };

/// Linked: two names of one file.
base::Result<Twin> compare(const std::string& one, const std::string& other) {
  TRY_ASSIGN(const auto first, open_file(one));
  TRY_ASSIGN(const auto second, open_file(other));
  if (fs::same_file(first.get(), second.get())) return Twin::linked;
  for (off_t at = 0;; at += static_cast<off_t>(step)) {
    TRY_ASSIGN(const auto a, fs::read_up_to(first.get(), at, step));
    TRY_ASSIGN(const auto b, fs::read_up_to(second.get(), at, step));
    if (a != b) return Twin::stranger;
    if (a.size() < step) return Twin::copied;
  }
}

base::Result<void> remove(const std::string& path) {
  return unlink(path.c_str()) == 0 || errno == ENOENT ? base::Result<void>() : base::system_error(path);
}

/// Whoever made the second name may be about to take the first away.
bool may_be_renaming(const std::string& path, std::uint64_t now) {
  struct stat info = {};
  return stat(path.c_str(), &info) != 0 || static_cast<std::uint64_t>(info.st_ctime) + rename_lasts >= now;
}

/// The first of BEGIN-2END, BEGIN-3END and so on that no file there has, whatever the letters behind it say:
/// of two files of one base, only one is seen.
std::string free_base(const std::string& directory, const std::string& begin, std::string_view end) {
  std::set<std::string, std::less<>> taken;
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(directory.c_str()), closedir);
  while (const dirent* item = opened ? readdir(opened.get()) : nullptr) {
    const auto base = base_of(item->d_name);
    if (base.starts_with(begin + "-")) taken.emplace(base);
  }
  for (int i = 2;; ++i) {
    const auto out = (begin + "-" + std::to_string(i)).append(end);
    if (!taken.contains(out)) return out;
  }
}

base::Result<void> give_base(const std::string& path) {
  const auto name = std::string_view(path).substr(path.rfind('/') + 1);
  const auto base = base_of(name);
  const auto end = std::min(base.find(','), base.size());
  const auto directory = path.substr(0, path.size() - name.size());
  const auto other = free_base(directory, std::string(base.substr(0, end)), base.substr(end));
  TRY(rename_anew(path, directory + other + std::string(name.substr(base.size()))));
  return {};
}

/// What the index has of them is the one that stays.
void prefer_known(const IndexState& index, Listing& listing) {
  std::string room;
  for (std::size_t i = 0; i < index.records.size(); ++i) {
    const auto name = name_in(index.records.place(i), room);
    const auto other = lower_bound(listing.doubles, name.base);
    if (other != listing.doubles.end() && other->base == name.base) prefer(listing, name);
  }
}

}  // namespace

base::Result<bool> make_room(const std::string& from, const std::string& to) {
  TRY_ASSIGN(const auto twin, compare(from, to));
  if (twin == Twin::linked) TRY(remove(from));
  if (twin == Twin::copied) TRY(remove(to));
  if (twin == Twin::stranger) TRY(give_base(to));
  return twin == Twin::linked;
}

void prefer(Listing& listing, const Name& known) {
  const auto is_deleted = [](const Seen& seen) {
    return (from_letters(letters_of(seen.suffix)) & deleted) != 0;
  };
  const auto at = lower_bound(listing.files, known.base) - listing.files.begin();
  Seen& file = listing.files[static_cast<std::size_t>(at)];
  if (file.in_new == known.in_new && file.suffix == known.suffix) return;
  const auto first = lower_bound(listing.doubles, known.base) - listing.doubles.begin();
  for (auto i = static_cast<std::size_t>(first); i < listing.doubles.size(); ++i) {
    Seen& other = listing.doubles[i];
    if (other.base != known.base) return;
    const bool same = !other.in_new && !known.in_new && other.suffix == known.suffix;
    if (same && (!is_deleted(other) || is_deleted(file))) return std::swap(file, other);
  }
}

std::size_t part_doubles(const std::string& folder, const Listing& listing, std::size_t most,
                         std::uint64_t now) {
  std::size_t out = 0;
  for (auto one = listing.doubles.begin(); one != listing.doubles.end() && out < most; ++one) {
    const auto first = folder + file_of(*find_seen(listing, one->base));
    const auto path = folder + file_of(*one);
    const auto twin = compare(first, path);
    if (!twin) continue;
    const bool is_another = *twin == Twin::stranger;
    if (!is_another && (may_be_renaming(first, now) || may_be_renaming(path, now))) continue;
    out += (is_another ? give_base(path) : remove(path)) ? 1 : 0;
  }
  return out;
}

bool part_doubles(const std::string& folder, Listing& listing, std::uint64_t now) {
  if (listing.doubles.empty() || !listing.steady) return false;
  Index index(folder);
  const auto lock = index.try_lock();
  if (!lock) return false;
  const auto read = index.read();
  if (!read) return false;
  prefer_known(index.state(), listing);
  return part_doubles(folder, listing, parted_at_once, now) > 0;
}

}  // namespace maildir

#include "maildir/doubles.hpp"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <string_view>
#include <utility>

#include "fs/stamp.hpp"
#include "maildir/checksum.hpp"
#include "maildir/entry.hpp"
#include "maildir/index.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

constexpr std::size_t step = 64 * 1024;  // octets

constexpr std::size_t parted_at_once = 1000;
constexpr std::uint64_t rename_lasts = 300;  // seconds that who links or copies first may take

enum class Twins { same, strangers, unsure };

/// Unsure: one is the other's beginning, as a copy is that is being written.
base::Result<Twins> compare(const std::string& one, const std::string& other) {
  TRY_ASSIGN(const auto first, open_file(one));
  TRY_ASSIGN(const auto second, open_file(other));
  if (fs::same_file(first.get(), second.get())) return Twins::same;
  for (off_t at = 0;; at += static_cast<off_t>(step)) {
    TRY_ASSIGN(const auto a, fs::read_up_to(first.get(), at, step));
    TRY_ASSIGN(const auto b, fs::read_up_to(second.get(), at, step));
    const auto shorter = std::min(a.size(), b.size());
    if (a.compare(0, shorter, b, 0, shorter) != 0) return Twins::strangers;
    if (a.size() != b.size()) return Twins::unsure;
    if (a.size() < step) return Twins::same;
  }
}

/// Whoever made the second name may be about to take the first away. What is of the future is young, too.
bool is_young(const std::string& path, std::uint64_t now) {
  struct stat info = {};
  return stat(path.c_str(), &info) != 0 || static_cast<std::uint64_t>(info.st_ctime) + rename_lasts >= now;
}

/// Unsure: another program may be about to end what it has begun with one of them.
base::Result<Twins> judge(const std::string& one, const std::string& other, std::uint64_t now) {
  TRY_ASSIGN(const auto twins, compare(one, other));
  if (twins == Twins::strangers) return twins;
  if (is_young(one, now) || is_young(other, now)) return Twins::unsure;
  return twins == Twins::same ? twins : Twins::strangers;
}

base::Result<void> remove(const std::string& path) {
  return unlink(path.c_str()) == 0 || errno == ENOENT ? base::Result<void>() : base::system_error(path);
}

/// Names that no file of the listing has, whatever the letters behind it say: of two files of one base, only
/// one is seen.
class FreeNames {
 public:
  FreeNames(const std::string& folder, const Listing& listing) : folder_(folder), listing_(listing) {}

  /// The first of BASE-2, BASE-3 and so on is the file's base from now on, and that of its own copies.
  base::Result<void> give(const Seen& seen) {
    const auto file = file_of(seen);
    if (std::exchange(base_, seen.base) != seen.base) {
      number_ = 1;
      given_.clear();
    }
    TRY_ASSIGN(const auto text, read_start(folder_ + file));
    auto& base = given_[crc(text)];
    if (base.empty()) base = next(seen.base, seen.suffix.size());
    const auto directory = file.substr(0, file.rfind('/') + 1);
    TRY(rename_anew(folder_ + file, folder_ + directory + base + std::string(seen.suffix)));
    return {};
  }

 private:
  static base::Result<std::string> read_start(const std::string& path) {
    TRY_ASSIGN(const auto file, open_file(path));
    return fs::read_up_to(file.get(), 0, step);
  }

  /// `behind`: octets that follow it. What was given before is in no listing: the number only goes up.
  std::string next(std::string_view base, std::size_t behind) {
    const auto end = std::min(base.find(','), base.size());
    while (true) {
      const auto number = "-" + std::to_string(++number_);
      const auto all = base.size() + number.size() + behind;
      const auto cut = std::min(end, all > NAME_MAX ? all - NAME_MAX : 0);
      const auto out = std::string(base.substr(0, end - cut)) + number + std::string(base.substr(end));
      if (find_seen(listing_, out) == nullptr) return out;
    }
  }

  const std::string& folder_;
  const Listing& listing_;
  std::string_view base_;
  int number_ = 1;
  std::map<std::uint32_t, std::string> given_;  // by what the files begin with
};

Seen& first_of(Listing& listing, std::string_view base) {
  return listing.files[static_cast<std::size_t>(lower_bound(listing.files, base) - listing.files.begin())];
}

/// What has been there for longer is the one that others know by the name.
void prefer_older(const std::string& folder, Listing& listing) {
  const auto changed_at = [&](const Seen& seen) {
    struct stat info = {};
    if (stat((folder + file_of(seen)).c_str(), &info) != 0) return std::pair(INT64_MAX, INT64_MAX);
    return std::pair<std::int64_t, std::int64_t>(info.st_ctim.tv_sec, info.st_ctim.tv_nsec);
  };
  for (Seen& other : listing.doubles) {
    Seen& first = first_of(listing, other.base);
    if (changed_at(other) < changed_at(first)) std::swap(first, other);
  }
}

/// What the index has of them is the one that stays.
void prefer_known(const IndexState& index, Listing& listing) {
  std::string room;
  for (std::size_t i = 0; i < index.records.size(); ++i)
    prefer(listing, name_in(index.records.place(i), room));
}

}  // namespace

base::Result<bool> make_room(const std::string& folder, const Seen& from, const Seen& to, std::uint64_t now) {
  TRY_ASSIGN(const auto twins, judge(folder + file_of(from), folder + file_of(to), now));
  if (twins == Twins::unsure) return false;
  if (twins == Twins::same) {
    TRY(remove(folder + file_of(to)));
  } else {
    TRY_ASSIGN(const auto listing, list(folder, now));
    TRY(FreeNames(folder, listing).give(to));
  }
  return true;
}

bool prefer(Listing& listing, const Name& known) {
  const auto is_it = [&](const Seen& seen) {
    return seen.in_new == known.in_new && seen.suffix == known.suffix;
  };
  const auto begin = lower_bound(listing.doubles, known.base) - listing.doubles.begin();
  for (auto i = static_cast<std::size_t>(begin);
       i < listing.doubles.size() && listing.doubles[i].base == known.base; ++i) {
    Seen& first = first_of(listing, known.base);
    if (is_it(listing.doubles[i])) std::swap(first, listing.doubles[i]);
    if (is_it(first)) return true;
  }
  return false;
}

std::size_t part_doubles(const std::string& folder, const Listing& listing, std::size_t most,
                         std::uint64_t now) {
  FreeNames names(folder, listing);
  std::size_t out = 0;
  for (auto one = listing.doubles.begin(); one != listing.doubles.end() && out < most; ++one) {
    const Seen& first = *find_seen(listing, one->base);
    const auto twins = judge(folder + file_of(first), folder + file_of(*one), now);
    if (!twins || *twins == Twins::unsure) continue;
    // A message is deleted only when all its names say so.
    const Seen& goes = is_deleted(first) && !is_deleted(*one) ? first : *one;
    const auto done = *twins == Twins::same ? remove(folder + file_of(goes)) : names.give(*one);
    out += done ? 1 : 0;
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
  prefer_older(folder, listing);
  prefer_known(index.state(), listing);
  return part_doubles(folder, listing, parted_at_once, now) > 0;
}

}  // namespace maildir

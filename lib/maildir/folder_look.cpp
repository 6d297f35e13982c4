// Folder: index and directories brought together.
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "maildir/checksum.hpp"
#include "maildir/file_name.hpp"
#include "maildir/folder.hpp"
#include "maildir/object_id.hpp"
#include "maildir/sight.hpp"
#include "maildir/three_way.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

constexpr std::uint64_t second = 1'000'000'000;  // nanoseconds
constexpr std::uint64_t own_believed_for = 10;   // seconds
constexpr std::uint32_t zfs_magic = 0x2FC12FC1;  // of no header
constexpr std::size_t few = 1000;  // messages whose lines are appended and whose files are asked
constexpr std::size_t ahead = 8;   // names that are fetched from memory before they are looked at

/// Finds names that come nearly in the listing's order.
class Finger {
 public:
  explicit Finger(const Listing& listing) : files_(listing.files) {}

  /// Its place in the listing; its size for nowhere.
  std::size_t find(std::string_view base) {
    if (next_ < files_.size() && files_[next_].base == base) return next_++;
    const auto found =
        std::lower_bound(files_.begin(), files_.end(), base,
                         [](const Seen& seen, std::string_view wanted) { return seen.base < wanted; });
    if (found == files_.end() || found->base != base) return files_.size();
    next_ = static_cast<std::size_t>(found - files_.begin()) + 1;
    return next_ - 1;
  }

 private:
  const std::vector<Seen>& files_;
  std::size_t next_ = 0;
};

/// Nobody else has it, so that nothing is remembered that others may have changed since.
bool is_local(const std::string& path) {
  struct statfs info = {};
  if (statfs(path.c_str(), &info) != 0) return false;
  constexpr std::uint32_t kinds[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,     TMPFS_MAGIC,
                                     F2FS_SUPER_MAGIC, RAMFS_MAGIC,     OVERLAYFS_SUPER_MAGIC, zfs_magic};
  return std::find(std::begin(kinds), std::end(kinds), static_cast<std::uint32_t>(info.f_type)) !=
         std::end(kinds);
}

}  // namespace

struct Folder::Look {
  Listing listing;
  bool whole = true;  // cur/ was read too
  bool open = false;  // something could not be brought together
  UidSet gone;
  bool missed = false;                                       // messages were not found
  std::vector<std::size_t> fresh;                            // of the listing, not in the index
  std::vector<std::uint32_t> claimed;                        // UIDs of those of them that have left new/
  std::vector<std::pair<std::uint32_t, std::size_t>> moved;  // UIDs whose file has another name, and which
  std::vector<std::uint32_t> behind;                         // UIDs whose name is to follow, or to be claimed
  bool only_new = true;                                      // `behind` are all to be claimed
  std::uint64_t modseq = 0;                                  // that messages which are taken in get
  Compared compared;

  /// Only what was listed stays.
  void begin(const IndexState& index);
  void note_found(const Entry& entry, const Name& name, std::size_t at);
  void note_fresh(const std::vector<bool>& known);
  std::vector<std::pair<std::uint32_t, std::size_t>> touched() const;
};

void Folder::Look::begin(const IndexState& index) {
  gone.clear();
  fresh.clear();
  claimed.clear();
  moved.clear();
  behind.clear();
  only_new = true;
  missed = false;
  compared = Compared::with(index);
}

void Folder::Look::note_found(const Entry& entry, const Name& name, std::size_t at) {
  const Seen& file = listing.files[at];
  if (file.in_new != name.in_new || file.suffix != name.suffix) moved.emplace_back(entry.uid, at);
  const auto letters = file.in_new ? 0 : from_letters(letters_of(file.suffix));
  if (file.in_new || letters != entry.system) behind.push_back(entry.uid);
  only_new = only_new && (file.in_new || letters == entry.system);
}

void Folder::Look::note_fresh(const std::vector<bool>& known) {
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!known[i]) fresh.push_back(i);
  }
}

/// Under the names that it has by the index. Over a network, a name that is asked for is not remembered for
/// as long as a directory.
bool Folder::is_there_by_name(const Entry& entry, const Name& name) const {
  const std::string base(name.base);
  const std::string known = path_ + (name.in_new ? "/new/" : "/cur/") + base + std::string(name.suffix);
  const std::string meant =
      path_ + "/cur/" + base + ":2," + to_letters(entry.system, letters_of(name.suffix));
  for (const auto& path : {known, meant, path_ + "/new/" + base}) {
    if (access(path.c_str(), F_OK) == 0) return true;
  }
  return false;
}

void Folder::note_missing(const Entry& entry, const Name& name, const Listing* before, Look& look) const {
  if (!look.whole) return;
  look.missed = true;
  if (before == nullptr) return;
  Search search = {before->steady, find_seen(*before, name.base) != nullptr, look.listing.steady, false};
  search.there_by_name = is_gone(search) && is_there_by_name(entry, name);
  if (is_gone(search)) append_uid(look.gone, entry.uid);
  look.open = look.open || !is_gone(search);
}

/// Fills what differs. `before`: an earlier look; what neither of two looks at directories at rest has found
/// is gone.
void Folder::compare(Look& look, const Listing* before) const {
  look.begin(state());
  std::vector<bool> known(look.listing.files.size(), false);
  Finger finger(look.listing);
  std::string room;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const Entry entry = rows().at(i);
    if (entry.uid == 0) continue;
    const auto name = name_in(entry.place, room);
    const auto at = finger.find(name.base);
    if (at == known.size()) {
      note_missing(entry, name, before, look);
    } else {
      known[at] = true;
      look.note_found(entry, name, at);
    }
  }
  look.note_fresh(known);
}

bool Folder::is_believed(const Stamp& stamp, bool thorough) const {
  if (state().damaged > 0 || rows().is_damaged()) return false;
  const auto now = file_system_now() / second;
  const auto limit = thorough ? believed_when_thorough : believed_for;
  if (!is_recent(state().looked, now, limit)) return false;
  const bool own = now < own_until_ && generation_ == state().generation && stamp == own_;
  return stamp == state().stamp || own;
}

base::Result<void> Folder::refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed) {
  whereabouts_.reset();
  TRY(index_.read());
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  if (is_believed(stamp, thorough)) return {};
  // Something was delivered, and nothing else: cur/ may be large.
  const Stamp but_for_new = {stamp.cur, state().stamp.fresh};
  const Stamp but_for_own = {stamp.cur, own_.fresh};
  if (is_believed(but_for_new, thorough) || is_believed(but_for_own, thorough)) {
    TRY_ASSIGN(const bool enough, look_at_new(claim, claimed));
    if (enough) return {};
  }
  return look_at_all(claim, claimed);
}

/// False: new/ shows that cur/ has changed too.
base::Result<bool> Folder::look_at_new(bool claim, std::vector<std::uint32_t>& claimed) {
  Look look;
  look.whole = false;
  TRY_ASSIGN(look.listing, list_new(path_, file_system_now(), seen_));
  look.begin(state());
  const auto& files = look.listing.files;
  std::vector<bool> known(files.size(), false);
  Finger finger(look.listing);
  std::string room;
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const auto name = name_in(rows().place(i), room);
    const auto at = finger.find(name.base);
    // One that was in new/ and is no more has moved to cur/, or is gone; or the other way round.
    if (name.in_new != (at < files.size())) return false;
    if (at == files.size()) continue;
    known[at] = true;
    look.behind.push_back(rows().at(i).uid);
  }
  look.note_fresh(known);
  TRY(settle(look, claim, claimed));
  return true;
}

base::Result<Listing> Folder::list_all() {
  TRY_ASSIGN(auto out, list(path_, file_system_now(), seen_));
  seen_.note(out.stamp, out.at);
  return out;
}

base::Result<void> Folder::look_at_all(bool claim, std::vector<std::uint32_t>& claimed) {
  Look look;
  TRY_ASSIGN(look.listing, list_all());
  compare(look, nullptr);
  const bool agree = state().missed.uids.empty() && look.fresh.empty() && look.moved.empty() &&
                     !look.missed && (claim ? look.behind.empty() : look.only_new);
  if (agree && !look.listing.steady) return {};
  if (agree && look.listing.stamp == state().stamp &&
      is_recent(state().looked, file_system_now() / second, believed_when_thorough - 1))
    return {};
  // What all agree on needs no note; the folder may be one that cannot be written.
  const auto settled = settle(look, claim, claimed);
  return agree ? base::Result<void>() : settled;
}

base::Result<void> Folder::look_again(Look& look) {
  const Look first = std::exchange(look, Look());
  TRY_ASSIGN(look.listing, list_all());
  compare(look, first.whole ? &first.listing : &look.listing);
  if (first.whole) {
    TRY(settle_gone(look));
  } else {
    look.open = look.open || look.missed;
    look.gone.clear();
  }
  look.listing.steady = look.listing.steady && (!first.whole || first.listing.steady);
  return {};
}

/// What is not gone for good yet is to be looked for again.
base::Result<void> Folder::settle_gone(Look& look) {
  auto missed = state().missed;
  auto gone = settle_missed(missed, look.gone, file_system_now() / second, is_local(path_));
  look.open = look.open || gone != look.gone;
  look.gone = std::move(gone);
  return missed == state().missed ? base::Result<void>() : index_.append(lines_missed(missed), false);
}

/// Brings the index up to what was seen; under the lock, with a second look where one is not enough.
base::Result<void> Folder::settle(Look& look, bool claim, std::vector<std::uint32_t>& claimed) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool same = still_holds({look.compared, look.listing.stamp}, {Compared::with(state()), stamp},
                                look.listing.steady, !look.moved.empty());
  if (look.missed || !same || !state().missed.uids.empty()) TRY(look_again(look));
  const Stamp before = look.listing.stamp;
  TRY(follow(look, claim, claimed));
  TRY(take_in(look, claim, claimed));
  index_.compact(true);
  generation_ = state().generation;
  TRY_ASSIGN(const auto after, stamp_of(path_));
  if (look.open || !look.listing.steady) {
    own_ = {};
    // What is known of cur/ stays good when only new/ was being changed.
    if (!look.whole && !look.open) note_own_change({before.cur, 0});
    return {};
  }
  if (after == before) return note_look(before);
  note_own_change(before);
  return {};
}

/// UIDs whose file has another name or is to get one, with its place in the listing, which is behind the end
/// where the index has the name that it has.
std::vector<std::pair<std::uint32_t, std::size_t>> Folder::Look::touched() const {
  auto out = moved;
  out.reserve(moved.size() + behind.size());
  for (const auto uid : behind) out.emplace_back(uid, listing.files.size());
  std::sort(out.begin(), out.end());
  const auto same = [](const auto& one, const auto& other) { return one.first == other.first; };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

/// Gives a file the name that its flags ask for, where that is due. Whether it left new/.
bool Folder::name_as_due(Record& record, bool claim, bool& open) const {
  const bool was_new = record.in_new;
  const bool due = was_new ? claim : from_letters(letters_of(record.suffix)) != record.flags.system;
  if (!due) return false;
  // A full disk or a directory that may not be changed is no reason to hide mail: it stays in new/.
  const auto named = name_by_flags(record, record.flags.system);
  if (!named || !*named) open = true;
  return was_new && named && *named;
}

/// Messages that are gone, files that have other names, and names that are to follow.
base::Result<void> Folder::follow(Look& look, bool claim, std::vector<std::uint32_t>& claimed) {
  const std::uint64_t modseq = state().modseq + 1;
  std::string lines = lines_removed(look.gone, modseq);
  std::map<std::pair<std::string, bool>, UidSet> places;
  std::map<std::string, UidSet> flags;
  for (const auto& [uid, at] : look.touched()) {
    const auto* there = state().find(uid);
    if (there == nullptr) continue;
    const Record known = *there;
    Record record = known;
    if (at < look.listing.files.size()) {
      const Seen& file = look.listing.files[at];
      record.suffix = file.suffix;
      record.in_new = file.in_new;
      record.flags.system = three_way(known, record);
    }
    if (name_as_due(record, claim, look.open)) claimed.push_back(uid);
    if (record.flags.system != known.flags.system) append_uid(flags[to_word(record.flags)], uid);
    if (record.suffix != known.suffix || record.in_new != known.in_new)
      append_uid(places[{record.suffix, record.in_new}], uid);
  }
  for (const auto& [word, uids] : flags) lines += lines_flags(uids, modseq, from_word(word));
  for (const auto& [place, uids] : places) lines += lines_place(uids, place.first, place.second);
  if (!lines.empty()) TRY(index_.append(lines, !look.gone.empty()));
  return {};
}

Record Folder::first_seen(const Seen& file) const {
  Record out;
  out.base = file.base;
  out.suffix = file.suffix;
  out.in_new = file.in_new;
  out.flags.system = from_letters(letters_of(file.suffix));
  out.size = wire_size_in(file.base);
  out.id = object_id(file.base);
  return out;
}

/// A message that the index does not know, from its file.
Record Folder::take_in(const Seen& file, std::uint32_t uid, bool claim, Look& look) {
  auto record = first_seen(file);
  record.uid = uid;
  record.modseq = look.modseq;
  record.saved = file_system_now() / second;
  if (claim && record.in_new) {
    const auto named = name_by_flags(record, record.flags.system);
    if (named && *named) look.claimed.push_back(uid);
    look.open = look.open || !named || !*named;
  }
  return record;
}

/// Messages that the index does not know.
base::Result<void> Folder::take_in(Look& look, bool claim, std::vector<std::uint32_t>& claimed) {
  look.modseq = state().modseq + 1;
  const auto& files = look.listing.files;
  const std::uint32_t first = state().uid_next;
  const auto count = std::min<std::size_t>(look.fresh.size(), UINT32_MAX - first);
  if (look.fresh.size() > few) {
    std::size_t at = 0;
    const auto added = index_.add(count, [&] {
      // Names are in order, but not in memory.
      if (at + ahead < count) __builtin_prefetch(files[look.fresh[at + ahead]].base.data());
      const auto uid = static_cast<std::uint32_t>(first + at);
      return take_in(files[look.fresh[at++]], uid, claim, look);
    });
    claimed.insert(claimed.end(), look.claimed.begin(), look.claimed.end());
    return added;
  }
  std::string lines;
  std::uint32_t uid = first;
  for (std::size_t at = 0; at < count; ++at) {
    struct stat info = {};
    const auto& file = files[look.fresh[at]];
    const bool there = stat((path_ + file_of(first_seen(file))).c_str(), &info) == 0;
    look.open = look.open || !there;
    if (!there) continue;
    auto record = take_in(file, uid++, claim, look);
    record.date = static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 1));
    lines += line_added(record);
  }
  claimed.insert(claimed.end(), look.claimed.begin(), look.claimed.end());
  return lines.empty() ? base::Result<void>() : index_.append(lines, true);
}

base::Result<void> Folder::note_look(const Stamp& stamp) {
  return index_.append(line_stamp(stamp, file_system_now() / second), false);
}

/// This session has changed directories of which all was known as they were `before`. For a while nobody else
/// is taken to have done so in the same moment.
void Folder::note_own_change(const Stamp& before) {
  const auto after = stamp_of(path_);
  if (!after || before == Stamp()) return;
  own_ = *after;
  if (before.fresh == 0) own_.fresh = 0;
  own_until_ = file_system_now() / second + own_believed_for;
  generation_ = state().generation;
}

}  // namespace maildir

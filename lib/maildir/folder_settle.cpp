// Folder: the index is brought up to what a look has shown.
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <iterator>

#include "maildir/doubles.hpp"
#include "maildir/file_name.hpp"
#include "maildir/folder_look.hpp"
#include "maildir/object_id.hpp"
#include "maildir/three_way.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

constexpr std::uint64_t second = 1'000'000'000;  // nanoseconds
constexpr std::uint64_t own_believed_for = 10;   // seconds
constexpr std::uint32_t zfs_magic = 0x2FC12FC1;  // of no header
constexpr std::size_t few = 1000;            // messages whose lines are appended and whose files are asked
constexpr std::size_t parted_at_once = 100;  // files that are read under the lock; the next look goes on
constexpr std::size_t ahead = 8;             // names that are fetched from memory before they are looked at

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
  const auto now = file_system_now() / second;
  // By an index that is not that one's any more, a name would be taken from a message that has a UID.
  const bool parted =
      same && look.listing.steady && part_doubles(path_, look.listing, parted_at_once, now) > 0;
  if (look.missed || !same || parted || !state().missed.uids.empty()) TRY(look_again(look));
  look.open = look.open || (!same && !look.listing.doubles.empty());
  const Stamp before = look.listing.stamp;
  TRY(follow(look, claim, claimed));
  TRY(take_in(look, claim, claimed));
  if (claim) claim_recent(claimed);
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

/// Gives a file the name that its flags ask for, where that is due. Whether it left new/.
bool Folder::name_as_due(Record& record, bool claim, bool& open) const {
  const bool was_new = record.in_new;
  const bool due = was_new ? claim : from_letters(letters_of(record.suffix)) != record.flags.system;
  if (!due) return false;
  // A full disk or a directory that may not be changed is no reason to hide mail: it stays in new/.
  const auto named = name_by_flags(record, record.flags.system);
  const bool done = named && *named && (!was_new || !record.in_new);
  open = open || !done;
  return was_new && done;
}

/// Messages that are gone, files that have other names, and names that are to follow.
base::Result<void> Folder::follow(Look& look, bool claim, std::vector<std::uint32_t>& claimed) {
  auto modseq = state().modseq;
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
  auto out = record_of(file);
  out.flags.system = from_letters(letters_of(file.suffix));
  out.size = wire_size_in(file.base);
  out.id = object_id(file.base);
  return out;
}

/// A message that the index does not know, from its file.
Record Folder::take_in(std::size_t at, std::uint32_t uid, bool claim, Look& look) {
  auto record = first_seen(look.listing.files[at]);
  record.uid = uid;
  record.modseq = look.modseq;
  record.saved = file_system_now() / second;
  if (claim && record.in_new) {
    const auto named = name_by_flags(record, record.flags.system);
    const bool done = named && *named && !record.in_new;
    if (done) look.claimed.emplace_back(uid, at);
    look.open = look.open || !done;
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
      return take_in(look.fresh[at++], uid, claim, look);
    });
    return claim_taken(look, added, first, claimed);
  }
  std::string lines;
  std::uint32_t uid = first;
  for (std::size_t at = 0; at < count; ++at) {
    struct stat info = {};
    const auto& file = files[look.fresh[at]];
    const bool there = stat((path_ + file_of(file)).c_str(), &info) == 0;
    look.open = look.open || !there;
    if (!there) continue;
    auto record = take_in(look.fresh[at], uid++, claim, look);
    record.date = static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 1));
    lines += line_added(record);
  }
  if (lines.empty()) return {};
  const auto added = index_.append(lines, true);
  // Lines that were written whole stay.
  return claim_taken(look, added, state().uid_next, claimed);
}

/// `added`: how it went to write down what was taken in. After an error, UIDs from `unknown` on stand
/// nowhere: these messages are new still.
base::Result<void> Folder::claim_taken(const Look& look, const base::Result<void>& added,
                                       std::uint32_t unknown, std::vector<std::uint32_t>& claimed) const {
  for (const auto& [uid, at] : look.claimed) {
    if (added || uid < unknown) {
      claimed.push_back(uid);
      continue;
    }
    const auto before = first_seen(look.listing.files[at]);
    auto after = before;
    after.suffix = suffix_with(after.flags.system, after.suffix);
    after.in_new = false;
    (void)rename_anew(path_ + file_of(after), path_ + file_of(before));
  }
  return added;
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

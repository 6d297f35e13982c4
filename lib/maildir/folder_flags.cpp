// Folder: flags, and what becomes of messages that are flagged deleted.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "maildir/doubles.hpp"
#include "maildir/file_name.hpp"
#include "maildir/folder.hpp"
#include "maildir/three_way.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

/// Renames the file, where it was seen last, so that its letters say `system`; one that another program may
/// be renaming keeps its name for now. False: it is not there.
base::Result<bool> Folder::name_by_flags(Record& record, unsigned system) const {
  const std::string suffix = suffix_with(system, record.suffix);
  const std::string from = path_ + file_of(record);
  const std::string to = path_ + "/cur/" + record.base + suffix;
  if (from == to) return access(from.c_str(), F_OK) == 0;
  auto done = rename_anew(from, to);
  if (!done && done.error().code == base::Exit::data) {
    const auto now = file_system_now() / 1'000'000'000;
    TRY_ASSIGN(const bool room, make_room(path_, {record.base, record.suffix, record.in_new},
                                          {record.base, suffix, false}, now));
    if (!room) return true;
    done = rename_anew(from, to);
  }
  TRY_ASSIGN(const bool renamed, done);
  if (!renamed) return false;
  record.suffix = suffix;
  record.in_new = false;
  return true;
}

/// The same wherever the file is now. False: it is gone.
base::Result<bool> Folder::move_to_cur(Record& record, unsigned system, Whereabouts& whereabouts) const {
  for (int i = 0; i < rename_attempts; ++i) {
    TRY_ASSIGN(const bool renamed, name_by_flags(record, system));
    if (renamed) return true;
    TRY_ASSIGN(const auto found, whereabouts.find(record));
    if (found == Whereabouts::Found::gone) return false;
    if (found == Whereabouts::Found::unsure) return missing(path_, record.uid, found);
  }
  return missing(path_, record.uid, Whereabouts::Found::unsure);
}

struct Folder::NewFlags {
  std::map<std::string, std::vector<std::uint32_t>> wanted;  // by the word of the new flags
  std::vector<Record> renamed;  // not among those yet: whose files get other names, with their new flags

  bool empty() const { return wanted.empty() && renamed.empty(); }
};

base::Result<Folder::NewFlags> Folder::find_new_flags(const std::vector<std::uint32_t>& uids,
                                                      const Change& change) const {
  NewFlags out;
  for (const auto uid : uids) {
    const auto position = rows().position(uid);
    if (!position) continue;
    const Entry entry = rows().at(*position);
    if (entry.uid != uid) continue;
    const Flags before = {entry.system, rows().keywords(entry.words)};
    const Flags after = change(entry, before);
    if (after == before) continue;
    TRY(check_keywords(after.keywords));
    if (after.system != before.system && out.renamed.size() <= names_at_once) {
      out.renamed.push_back(rows().record(entry));
      out.renamed.back().flags = after;
    } else {
      out.wanted[to_word(after)].push_back(uid);
    }
  }
  return out;
}

/// Where they are few enough to have their names at once. The error is the first of a file that could not be
/// renamed, which keeps its flags.
base::Result<void> Folder::rename_for(NewFlags& flags, std::string& lines) const {
  base::Result<void> outcome;
  const bool at_once = flags.renamed.size() <= names_at_once;
  Whereabouts whereabouts(path_);
  for (auto& record : flags.renamed) {
    // The name first: should a crash come between, the next look takes the name for what is true.
    if (at_once) {
      const auto moved = move_to_cur(record, record.flags.system, whereabouts);
      if (!moved && outcome) outcome = moved.error();
      if (!moved || !*moved) continue;
      lines += lines_place({{record.uid, record.uid}}, record.suffix, record.in_new);
    }
    flags.wanted[to_word(record.flags)].push_back(record.uid);
  }
  return outcome;
}

base::Result<void> Folder::change_flags(const std::vector<std::uint32_t>& uids, const Change& change) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  TRY_ASSIGN(auto flags, find_new_flags(uids, change));
  if (flags.empty()) return {};
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool believed = is_believed(stamp, false);
  auto modseq = state().modseq;
  std::string lines;
  const auto outcome = rename_for(flags, lines);
  names_due_ = names_due_ || flags.renamed.size() > names_at_once;
  for (auto& [word, changed] : flags.wanted)
    lines += lines_flags(to_uid_set(std::move(changed)), modseq, from_word(word));
  if (!lines.empty()) TRY(index_.append(lines, false));
  TRY(outcome);
  if (believed) note_own_change(stamp);
  index_.compact(true);
  return {};
}

/// Names that were to follow later.
base::Result<void> Folder::name_all_by_flags() {
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool believed = is_believed(stamp, false);
  std::map<std::string, UidSet> places;
  for (const auto uid : rows().misnamed()) {
    const auto* known = state().find(uid);
    if (known == nullptr) continue;
    Record record = *known;
    // One that is not there is for the next look at the directories.
    const auto named = name_by_flags(record, record.flags.system);
    if (named && *named) append_uid(places[record.suffix], record.uid);
  }
  std::string lines;
  for (const auto& [suffix, uids] : places) lines += lines_place(uids, suffix, false);
  if (lines.empty()) return {};
  TRY(index_.append(lines, false));
  if (believed) note_own_change(stamp);
  return {};
}

/// Only under the very name that was looked at: should another program take the flag back, that is not there
/// any more.
base::Result<bool> Folder::remove_deleted(Record& record, Whereabouts& whereabouts) const {
  const Record known = record;
  TRY_ASSIGN(auto found, whereabouts.see(record));
  for (int i = 0; i < rename_attempts && found == Whereabouts::Found::here; ++i) {
    if ((three_way(known, record) & deleted) == 0) return false;
    const std::string file = path_ + file_of(record);
    if (unlink(file.c_str()) == 0) return true;
    if (errno != ENOENT) return base::system_error(file);
    TRY_ASSIGN(found, whereabouts.find(record));
  }
  return false;
}

base::Result<void> Folder::sync_after_removal(bool of_new) const {
  if (of_new) TRY(fs::sync_dir(path_ + "/new"));
  return fs::sync_dir(path_ + "/cur");
}

base::Result<std::vector<std::uint32_t>> Folder::expunge(const std::vector<std::uint32_t>& uids) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool believed = is_believed(stamp, false);
  Whereabouts whereabouts(path_);
  std::vector<std::uint32_t> removed;
  base::Result<void> outcome;
  bool of_new = false;  // some of them were in new/
  for (const auto uid : uids) {
    const auto* known = state().find(uid);
    if (known == nullptr || (known->flags.system & deleted) == 0) continue;
    Record record = *known;
    const auto done = remove_deleted(record, whereabouts);
    if (!done && outcome) outcome = done.error();
    if (done && *done) removed.push_back(uid);
    of_new = of_new || (done && *done && record.in_new);
  }
  // The index must not forget a message before its directory does: after a power loss it would be new mail.
  const auto synced = removed.empty() ? base::Result<void>() : sync_after_removal(of_new);
  auto modseq = state().modseq;
  if (!removed.empty()) TRY(index_.append(lines_removed(to_uid_set(removed), modseq), true));
  TRY(outcome);
  TRY(synced);
  if (believed) note_own_change(stamp);
  index_.compact(true);
  return removed;
}

}  // namespace maildir

// Folder: flags, and what becomes of messages that are flagged deleted.
#include <unistd.h>

#include <cerrno>

#include "maildir/folder.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

/// Renames the file, where it was seen last, so that its letters say `system`. False: it is not there.
base::Result<bool> Folder::name_by_flags(Record& record, unsigned system) const {
  const std::string suffix = ":2," + to_letters(system, letters_of(record.suffix));
  const std::string from = path_ + file_of(record);
  const std::string to = path_ + "/cur/" + record.base + suffix;
  if (from == to) return access(from.c_str(), F_OK) == 0;
  TRY_ASSIGN(const bool renamed, rename_anew(from, to));
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

base::Result<void> Folder::change_flags(const std::vector<std::uint32_t>& uids,
                                        const std::function<Flags(const Flags&)>& change) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  const std::uint64_t modseq = state().modseq + 1;
  std::vector<Record> wanted;
  for (const auto uid : uids) {
    const Record* record = state().find(uid);
    if (record == nullptr) continue;
    Record changed = *record;
    changed.flags = change(record->flags);
    changed.modseq = modseq;
    if (changed.flags == record->flags) continue;
    TRY(check_keywords(changed.flags.keywords));
    wanted.push_back(std::move(changed));
  }
  Whereabouts whereabouts(path_);
  std::string lines;
  base::Result<void> outcome;
  for (const auto& changed : wanted) {
    Record* record = index_.state().find(changed.uid);
    // The name first: should a crash come between, the next look takes the name for what is true.
    if (changed.flags.system != record->flags.system) {
      const auto moved = move_to_cur(*record, changed.flags.system, whereabouts);
      if (!moved && outcome) outcome = moved.error();
      if (!moved || !*moved) continue;
    }
    lines += line_flags(changed);
  }
  if (!lines.empty()) TRY(index_.append(lines, false));
  TRY(outcome);
  index_.compact();
  return {};
}

/// Only under the very name that says deleted: should another program take that flag back, the name is not
/// there.
base::Result<bool> Folder::remove_deleted(Record& record, Whereabouts& whereabouts) const {
  TRY_ASSIGN(auto found, whereabouts.see(record));
  for (int i = 0; i < rename_attempts && found == Whereabouts::Found::here; ++i) {
    if (record.in_new || (from_letters(letters_of(record.suffix)) & deleted) == 0) return false;
    const std::string file = path_ + file_of(record);
    if (unlink(file.c_str()) == 0) return true;
    if (errno != ENOENT) return base::system_error(file);
    TRY_ASSIGN(found, whereabouts.find(record));
  }
  return false;
}

base::Result<std::vector<std::uint32_t>> Folder::expunge(const std::vector<std::uint32_t>& uids) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  const std::uint64_t modseq = state().modseq + 1;
  Whereabouts whereabouts(path_);
  std::vector<std::uint32_t> removed;
  std::string lines;
  base::Result<void> outcome;
  for (const auto uid : uids) {
    Record* record = index_.state().find(uid);
    if (record == nullptr || (record->flags.system & deleted) == 0) continue;
    const auto done = remove_deleted(*record, whereabouts);
    if (!done && outcome) outcome = done.error();
    if (!done || !*done) continue;
    lines += line_removed(uid, modseq);
    removed.push_back(uid);
  }
  if (!lines.empty()) TRY(index_.append(lines, true));
  TRY(outcome);
  index_.compact();
  return removed;
}

}  // namespace maildir

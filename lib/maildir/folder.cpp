#include "maildir/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>

#include "base/ascii.hpp"
#include "maildir/scan.hpp"

namespace maildir {

namespace {

constexpr int attempts = 5;  // at a file that another program keeps renaming

std::uint64_t file_system_now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

std::string file_of(const Record& record) {
  return (record.in_new ? "/new/" : "/cur/") + record.base + record.suffix;
}

bool contains(const Listing& listing, const std::string& base) {
  const auto found =
      std::lower_bound(listing.files.begin(), listing.files.end(), base,
                       [](const Seen& seen, const std::string& wanted) { return seen.base < wanted; });
  return found != listing.files.end() && found->base == base;
}

/// The index and the directories side by side, both in the order of base names.
class Comparison {
 public:
  Comparison(IndexState& state, const Listing& listing) : files_(listing.files) {
    for (auto& record : state.records) records_.push_back(&record);
    std::sort(records_.begin(), records_.end(),
              [](const Record* a, const Record* b) { return a->base < b->base; });
  }

  /// Calls `use(record, file)` for each name; one of the two is nullptr where only the other has it.
  template <class Use>
  void each(Use use) const {
    std::size_t r = 0;
    std::size_t f = 0;
    while (r < records_.size() || f < files_.size()) {
      const int order = r == records_.size() ? 1
                        : f == files_.size() ? -1
                                             : records_[r]->base.compare(files_[f].base);
      Record* record = order <= 0 ? records_[r++] : nullptr;
      const Seen* file = order >= 0 ? &files_[f++] : nullptr;
      use(record, file);
    }
  }

 private:
  std::vector<Record*> records_;
  const std::vector<Seen>& files_;
};

/// Flags that another program gave the file; one still in new/ has none.
bool renamed_by_another(const Record& record) {
  return !record.in_new && from_letters(letters_of(record.suffix)) != record.flags.system;
}

}  // namespace

base::Result<Folder> Folder::open(std::string path, std::uint32_t validity) {
  Folder out(std::move(path), validity);
  TRY_ASSIGN(const bool known, out.index_.read());
  if (!known) TRY(out.lock_and_read());
  return out;
}

base::Result<fs::Fd> Folder::lock_and_read() {
  TRY_ASSIGN(auto lock, index_.lock());
  TRY_ASSIGN(const bool known, index_.read());
  if (!known) TRY(index_.make(validity_));
  return lock;
}

/// Whether index and directories agree; takes over where each file was seen.
bool Folder::settled(const Listing& listing, bool claim) {
  bool agree = true;
  Comparison(index_.state(), listing).each([&](Record* record, const Seen* file) {
    if (record == nullptr || file == nullptr) {
      agree = false;
      return;
    }
    record->suffix = file->suffix;
    record->in_new = file->in_new;
    agree = agree && !(claim && file->in_new) && !renamed_by_another(*record);
  });
  return agree;
}

base::Result<void> Folder::refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed) {
  TRY_ASSIGN(const bool known, index_.read());
  if (!known) TRY(lock_and_read());
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool unchanged = believed_ && stamp == stamp_ && generation_ == state().generation;
  if (unchanged && !thorough) return {};
  TRY_ASSIGN(const auto listing, list(path_, file_system_now()));
  stamp_ = listing.stamp;
  generation_ = state().generation;
  believed_ = listing.steady;
  if (settled(listing, claim)) return {};
  return settle(listing, claim, claimed);
}

base::Result<Record> Folder::first_seen(const Seen& file) const {
  Record record;
  record.base = file.base;
  record.suffix = file.suffix;
  record.in_new = file.in_new;
  record.flags.system = from_letters(letters_of(file.suffix));
  record.size = wire_size_in(file.base);
  struct stat info = {};
  if (stat((path_ + file_of(record)).c_str(), &info) != 0) return base::system_error(file.base);
  record.date = static_cast<std::uint64_t>(std::max<time_t>(info.st_mtime, 0));
  return record;
}

base::Result<void> Folder::settle(const Listing& first, bool claim, std::vector<std::uint32_t>& claimed) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  TRY_ASSIGN(const auto listing, list(path_, file_system_now()));
  std::string lines;
  std::vector<Record> added;
  const std::uint64_t modseq = state().modseq + 1;
  std::uint32_t uid = state().uid_next;
  Comparison(index_.state(), listing).each([&](Record* record, const Seen* file) {
    if (file == nullptr) {
      // Gone only if two looks, both of directories at rest, did not find it.
      const bool gone = first.steady && listing.steady && !contains(first, record->base);
      if (gone) lines += line_removed(record->uid, modseq);
      believed_ = believed_ && gone;
      return;
    }
    if (record == nullptr) {
      auto fresh = first_seen(*file);
      if (!fresh || uid == UINT32_MAX) return;
      fresh->uid = uid++;
      fresh->modseq = modseq;
      if (claim && fresh->in_new && move_to_cur(*fresh, fresh->flags.system)) claimed.push_back(fresh->uid);
      lines += line_added(*fresh);
      added.push_back(std::move(*fresh));
      return;
    }
    record->suffix = file->suffix;
    record->in_new = file->in_new;
    if (claim && record->in_new && move_to_cur(*record, record->flags.system)) claimed.push_back(record->uid);
    if (renamed_by_another(*record)) {
      Record changed = *record;
      changed.flags.system = from_letters(letters_of(record->suffix));
      changed.modseq = modseq;
      lines += line_flags(changed);
    }
  });
  if (!lines.empty()) TRY(index_.append(lines, true));
  for (const auto& record : added) {
    if (Record* known = index_.state().find(record.uid)) {
      known->suffix = record.suffix;
      known->in_new = record.in_new;
    }
  }
  // What was moved here changes the directories' times; the next look finds nothing new and is believed.
  believed_ = believed_ && claimed.empty();
  return index_.compact();
}

/// Finds where another program has renamed the file to. False: it is not there.
base::Result<bool> Folder::locate(Record& record) const {
  TRY_ASSIGN(const auto listing, list(path_, file_system_now()));
  const auto found =
      std::lower_bound(listing.files.begin(), listing.files.end(), record.base,
                       [](const Seen& seen, const std::string& wanted) { return seen.base < wanted; });
  if (found == listing.files.end() || found->base != record.base) return false;
  record.suffix = found->suffix;
  record.in_new = found->in_new;
  return true;
}

/// Renames the file so that its letters say `system`.
base::Result<void> Folder::move_to_cur(Record& record, unsigned system) const {
  for (int i = 0; i < attempts; ++i) {
    const std::string suffix = ":2," + to_letters(system, letters_of(record.suffix));
    const std::string from = path_ + file_of(record);
    const std::string to = path_ + "/cur/" + record.base + suffix;
    if (from == to && access(from.c_str(), F_OK) == 0) return {};
    if (from != to && std::rename(from.c_str(), to.c_str()) == 0) {
      record.suffix = suffix;
      record.in_new = false;
      return {};
    }
    if (errno != ENOENT) return base::system_error(from);
    TRY(locate(record));
  }
  return base::fail(base::Exit::no_input,
                    path_ + ": message " + std::to_string(record.uid) + " is not there");
}

base::Result<fs::Fd> Folder::open_message(std::uint32_t uid) {
  Record* record = index_.state().find(uid);
  if (record == nullptr)
    return base::fail(base::Exit::no_input, "message " + std::to_string(uid) + " is not there");
  for (int i = 0;; ++i) {
    auto file = fs::open(path_ + file_of(*record), O_RDONLY | O_NOFOLLOW);
    if (file || file.error().code != base::Exit::no_input || i == attempts) return file;
    TRY(locate(*record));
  }
}

base::Result<void> Folder::note_size(std::uint32_t uid, std::uint64_t size) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  const Record* record = state().find(uid);
  if (record == nullptr || record->size) return {};
  Record changed = *record;
  changed.size = size;
  return index_.append(line_size(changed), false);
}

base::Result<void> Folder::change_flags(const std::vector<std::uint32_t>& uids,
                                        const std::function<Flags(const Flags&)>& change) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  const std::uint64_t modseq = state().modseq + 1;
  std::string lines;
  for (const auto uid : uids) {
    Record* record = index_.state().find(uid);
    if (record == nullptr) continue;
    Record changed = *record;
    changed.flags = change(record->flags);
    changed.modseq = modseq;
    if (changed.flags == record->flags) continue;
    // The name first: should a crash come between, the next look takes the name for what is true.
    if (changed.flags.system != record->flags.system && !move_to_cur(*record, changed.flags.system)) continue;
    lines += line_flags(changed);
  }
  if (lines.empty()) return {};
  TRY(index_.append(lines, false));
  return index_.compact();
}

base::Result<std::vector<std::uint32_t>> Folder::expunge(const std::vector<std::uint32_t>& uids) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  const std::uint64_t modseq = state().modseq + 1;
  std::vector<std::uint32_t> removed;
  std::string lines;
  for (const auto uid : uids) {
    Record* record = index_.state().find(uid);
    if (record == nullptr || (record->flags.system & deleted) == 0) continue;
    bool gone = false;
    for (int i = 0; i < attempts && !gone; ++i) {
      gone = unlink((path_ + file_of(*record)).c_str()) == 0;
      if (!gone && errno != ENOENT) return base::system_error(path_ + file_of(*record));
      if (!gone) {
        TRY_ASSIGN(const bool there, locate(*record));
        gone = !there;
      }
    }
    if (!gone) continue;
    lines += line_removed(uid, modseq);
    removed.push_back(uid);
  }
  if (lines.empty()) return removed;
  TRY(index_.append(lines, true));
  TRY(index_.compact());
  return removed;
}

base::Result<std::uint32_t> Folder::adopt(const std::string& file_path, const std::string& base,
                                          const Flags& flags, std::uint64_t date, std::uint64_t size) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  if (state().uid_next == UINT32_MAX)
    return base::fail(base::Exit::unavailable, path_ + ": no UIDs are left");
  Record record = {state().uid_next,
                   state().modseq + 1,
                   date,
                   size,
                   flags,
                   base,
                   ":2," + to_letters(flags.system, ""),
                   false};
  const timespec times[] = {{static_cast<time_t>(date), 0}, {static_cast<time_t>(date), 0}};
  (void)utimensat(AT_FDCWD, file_path.c_str(), times, 0);
  const std::string to = path_ + file_of(record);
  if (std::rename(file_path.c_str(), to.c_str()) != 0) return base::system_error(to);
  TRY(fs::sync_dir(path_ + "/cur"));
  TRY(index_.append(line_added(record), true));
  if (Record* known = index_.state().find(record.uid)) known->suffix = record.suffix;
  return record.uid;
}

base::Result<std::vector<std::uint32_t>> Folder::copy(const std::vector<std::uint32_t>& uids, Folder& target,
                                                      const std::function<std::string()>& new_base) {
  std::vector<Record> copies;
  const auto undo = [&] {
    for (const auto& record : copies) unlink((target.path_ + file_of(record)).c_str());
  };
  TRY_ASSIGN(const auto lock, target.lock_and_read());
  std::string lines;
  std::vector<std::uint32_t> out;
  for (const auto uid : uids) {
    Record* source = index_.state().find(uid);
    if (source == nullptr) continue;
    Record record = *source;
    record.uid = target.state().uid_next + static_cast<std::uint32_t>(copies.size());
    record.modseq = target.state().modseq + 1;
    record.base = new_base();
    record.suffix = ":2," + to_letters(source->flags.system, "");
    record.in_new = false;
    int linked = -1;
    for (int i = 0; i < attempts && linked != 0; ++i) {
      linked = link((path_ + file_of(*source)).c_str(), (target.path_ + file_of(record)).c_str());
      if (linked == 0) break;
      const auto trouble = base::system_error(path_ + file_of(*source));
      const auto there = errno == ENOENT ? locate(*source) : base::Result<bool>(false);
      if (there && *there) continue;
      undo();
      return trouble;
    }
    lines += line_added(record);
    out.push_back(record.uid);
    copies.push_back(std::move(record));
  }
  const auto stored = [&]() -> base::Result<void> {
    if (lines.empty()) return {};
    TRY(fs::sync_dir(target.path_ + "/cur"));
    return target.index_.append(lines, true);
  }();
  if (!stored) {
    undo();
    return stored.error();
  }
  for (const auto& record : copies) {
    if (Record* known = target.index_.state().find(record.uid)) known->suffix = record.suffix;
  }
  return out;
}

}  // namespace maildir

#include "maildir/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "maildir/entry.hpp"
#include "maildir/scan.hpp"
#include "maildir/whereabouts.hpp"

namespace maildir {

namespace {

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

base::Result<Folder> Folder::open(std::string path, const NewValidity& new_validity) {
  Folder out(std::move(path));
  TRY_ASSIGN(const bool known, out.index_.read());
  if (known) return out;
  TRY_ASSIGN(const auto lock, out.index_.lock());
  // Another program may have made it while this one waited.
  TRY_ASSIGN(const bool made, out.index_.read());
  if (made) return out;
  TRY_ASSIGN(const auto validity, new_validity());
  TRY(out.index_.make(validity));
  return out;
}

base::Result<fs::Fd> Folder::lock_and_read() {
  TRY_ASSIGN(auto lock, index_.lock());
  TRY(index_.read());
  TRY(index_.mend());
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
  TRY(index_.read());
  TRY_ASSIGN(const auto stamp, stamp_of(path_));
  const bool unchanged = believed_ && stamp == stamp_ && generation_ == state().generation;
  if (unchanged && !thorough) return {};
  TRY_ASSIGN(const auto listing, list(path_, file_system_now()));
  stamp_ = listing.stamp;
  generation_ = state().generation;
  // Until all is settled: after an error the next look must not believe that there is nothing to do.
  believed_ = false;
  bool believed = listing.steady;
  if (!settled(listing, claim)) {
    TRY_ASSIGN(believed, settle(listing, claim, claimed));
  }
  believed_ = believed;
  return {};
}

base::Result<Record> Folder::first_seen(const Seen& file, std::uint32_t uid, std::uint64_t modseq) const {
  Record record;
  record.uid = uid;
  record.modseq = modseq;
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

/// A full disk or a directory that may not be changed is no reason to hide mail: it stays in new/.
bool Folder::claim(Record& record) const {
  if (!record.in_new) return false;
  const auto moved = name_by_flags(record, record.flags.system);
  return moved && *moved;
}

/// What the index does not say of its new records.
void Folder::remember_names(const std::vector<Record>& records) {
  for (const auto& record : records) {
    if (Record* known = index_.state().find(record.uid)) {
      known->suffix = record.suffix;
      known->in_new = record.in_new;
    }
  }
}

/// Brings the index up to what two looks have in common. False: something was left open.
base::Result<bool> Folder::settle(const Listing& first, bool claim, std::vector<std::uint32_t>& claimed) {
  TRY_ASSIGN(const auto lock, lock_and_read());
  TRY_ASSIGN(const auto listing, list(path_, file_system_now()));
  std::string lines;
  std::vector<Record> added;
  const std::uint64_t modseq = state().modseq + 1;
  std::uint32_t uid = state().uid_next;
  bool believed = first.steady;
  Comparison(index_.state(), listing).each([&](Record* record, const Seen* file) {
    if (file == nullptr) {
      // Gone only if two looks, both of directories at rest, did not find it.
      const bool gone = first.steady && listing.steady && find_seen(first, record->base) == nullptr;
      if (gone) lines += line_removed(record->uid, modseq);
      believed = believed && gone;
      return;
    }
    if (record == nullptr) {
      auto fresh = first_seen(*file, uid, modseq);
      believed = believed && fresh.has_value();
      if (!fresh || uid == UINT32_MAX) return;
      ++uid;
      if (claim && this->claim(*fresh)) claimed.push_back(fresh->uid);
      lines += line_added(*fresh);
      added.push_back(std::move(*fresh));
      return;
    }
    record->suffix = file->suffix;
    record->in_new = file->in_new;
    if (claim && this->claim(*record)) claimed.push_back(record->uid);
    if (renamed_by_another(*record)) {
      Record changed = *record;
      changed.flags.system = from_letters(letters_of(record->suffix));
      changed.modseq = modseq;
      lines += line_flags(changed);
    }
  });
  if (!lines.empty()) TRY(index_.append(lines, true));
  remember_names(added);
  index_.compact();
  // What was moved here changes the directories' times; the next look finds nothing new and is believed.
  return believed && claimed.empty();
}

base::Result<fs::Fd> Folder::open_message(std::uint32_t uid) {
  Record* record = index_.state().find(uid);
  if (record == nullptr)
    return base::fail(base::Exit::no_input, "message " + std::to_string(uid) + " is not there");
  Whereabouts whereabouts(path_);
  for (int i = 0;; ++i) {
    auto file = open_file(path_ + file_of(*record));
    if (file || file.error().code != base::Exit::no_input || i == rename_attempts) return file;
    TRY_ASSIGN(const auto found, whereabouts.find(*record));
    if (found != Whereabouts::Found::here) return file;
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

}  // namespace maildir

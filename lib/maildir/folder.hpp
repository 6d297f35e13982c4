// One folder of a mailbox: its index kept true to its directories. UIDs, flags and keywords are the index's;
// the file names mirror the flags; other programs may deliver, rename and remove at any time and nothing is
// lost.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/index.hpp"
#include "maildir/listing.hpp"

namespace maildir {

class Whereabouts;

/// A UIDVALIDITY that this mailbox has never had; asked for under the lock, and only when an index is made.
using NewValidity = std::function<base::Result<std::uint32_t>()>;

/// One that was opened belongs to the index of that time. When that is gone, or another one has taken its
/// place, every function that looks at the index says Exit::temporary from then on: the UIDs mean something
/// else now.
class Folder {
 public:
  /// Opens the folder at `path`, which exists; makes the index where there is none. Nothing is scanned yet.
  static base::Result<Folder> open(std::string path, const NewValidity& new_validity);

  const IndexState& state() const { return index_.state(); }
  const std::string& path() const { return path_; }
  bool is_replaced() const { return index_.is_replaced(); }

  /// Looks at index and directories and brings them together. `claim`: messages in new/ move to cur/, and
  /// their UIDs are appended to `claimed`; one that cannot be moved stays in new/. A message that one look
  /// missed is not taken for removed. UIDs are on disk when it returns. `thorough`: reads the directories
  /// even if their times say that nothing has changed.
  base::Result<void> refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed);

  /// Opens a message's file, also after another program renamed it. Exit::no_input: it is gone;
  /// Exit::data: it is no regular file.
  base::Result<fs::Fd> open_message(std::uint32_t uid);

  /// Remembers a size that had to be found out by reading.
  base::Result<void> note_size(std::uint32_t uid, std::uint64_t size);

  /// Gives each of `uids` the flags that `change` makes of its present ones, under the lock. Those that are
  /// gone are left out. Limits of the keywords: check_keywords; nothing is changed then. One that cannot be
  /// changed stops no other, and the first such error is returned. Keywords may be lost by a power loss; the
  /// file names keep the other flags.
  base::Result<void> change_flags(const std::vector<std::uint32_t>& uids,
                                  const std::function<Flags(const Flags&)>& change);

  /// Removes for good those of `uids` that are flagged deleted, in the index and in the name that the file
  /// has at that moment; returns them. One that is not found stays in the index until refresh has made sure
  /// of it.
  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids);

  /// Puts a message into cur/ that is complete at `file_path` on the same file system (it is renamed), and
  /// gives it a UID. On disk when it returns; after an error, the file is nowhere in cur/.
  base::Result<std::uint32_t> adopt(const std::string& file_path, const std::string& base, const Flags& flags,
                                    std::uint64_t date, std::uint64_t size);

  /// Copies messages into `target` by hard link; all or none, on disk when it returns. Returns the new UIDs
  /// in the order of `uids`. Exit::temporary: one of them is not there.
  base::Result<std::vector<std::uint32_t>> copy(const std::vector<std::uint32_t>& uids, Folder& target,
                                                const std::function<base::Result<std::string>()>& new_base);

 private:
  explicit Folder(std::string path) : path_(path), index_(std::move(path)) {}

  base::Result<fs::Fd> lock_and_read();
  bool settled(const Listing& listing, bool claim);
  base::Result<bool> settle(const Listing& first, bool claim, std::vector<std::uint32_t>& claimed);
  bool claim(Record& record) const;
  base::Result<bool> name_by_flags(Record& record, unsigned system) const;
  base::Result<bool> move_to_cur(Record& record, unsigned system, Whereabouts& whereabouts) const;
  base::Result<bool> remove_deleted(Record& record, Whereabouts& whereabouts) const;
  base::Result<Record> link_copy(std::uint32_t uid, Folder& target, const std::string& base,
                                 Whereabouts& whereabouts);
  base::Result<void> add(const std::vector<Record>& records);
  base::Result<Record> first_seen(const Seen& file, std::uint32_t uid, std::uint64_t modseq) const;
  void remember_names(const std::vector<Record>& records);

  std::string path_;
  Index index_;
  Stamp stamp_;
  std::uint64_t generation_ = 0;
  bool believed_ = false;  // the last look was steady and left nothing open
};

}  // namespace maildir

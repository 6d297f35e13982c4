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

class Folder {
 public:
  /// Opens the folder at `path`, which exists; makes the index where there is none, with `validity` as its
  /// UIDVALIDITY. Nothing is scanned yet.
  static base::Result<Folder> open(std::string path, std::uint32_t validity);

  const IndexState& state() const { return index_.state(); }
  const std::string& path() const { return path_; }

  /// Looks at index and directories and brings them together. `claim`: messages in new/ move to cur/, and
  /// their UIDs are appended to `claimed`. A message that one look missed is not taken for removed.
  /// `thorough`: reads the directories even if their times say that nothing has changed.
  base::Result<void> refresh(bool claim, bool thorough, std::vector<std::uint32_t>& claimed);

  /// Opens a message's file, also after another program renamed it. Exit::no_input: it is gone.
  base::Result<fs::Fd> open_message(std::uint32_t uid);

  /// Remembers a size that had to be found out by reading.
  base::Result<void> note_size(std::uint32_t uid, std::uint64_t size);

  /// Gives each of `uids` the flags that `change` makes of its present ones, under the lock. Those that are
  /// gone are left out.
  base::Result<void> change_flags(const std::vector<std::uint32_t>& uids,
                                  const std::function<Flags(const Flags&)>& change);

  /// Removes for good those of `uids` that are flagged deleted; returns them.
  base::Result<std::vector<std::uint32_t>> expunge(const std::vector<std::uint32_t>& uids);

  /// Puts a message into cur/ that is complete at `file_path` on the same file system (it is renamed), and
  /// gives it a UID. On disk when it returns.
  base::Result<std::uint32_t> adopt(const std::string& file_path, const std::string& base, const Flags& flags,
                                    std::uint64_t date, std::uint64_t size);

  /// Copies messages into `target` by hard link; all or none. Returns the new UIDs in the order of `uids`.
  base::Result<std::vector<std::uint32_t>> copy(const std::vector<std::uint32_t>& uids, Folder& target,
                                                const std::function<std::string()>& new_base);

 private:
  Folder(std::string path, std::uint32_t validity)
      : path_(path), validity_(validity), index_(std::move(path)) {}

  base::Result<fs::Fd> lock_and_read();
  bool settled(const Listing& listing, bool claim);
  base::Result<void> settle(const Listing& first, bool claim, std::vector<std::uint32_t>& claimed);
  base::Result<bool> locate(Record& record) const;
  base::Result<void> move_to_cur(Record& record, unsigned system) const;
  base::Result<Record> first_seen(const Seen& file) const;

  std::string path_;
  std::uint32_t validity_;
  Index index_;
  Stamp stamp_;
  std::uint64_t generation_ = 0;
  bool believed_ = false;  // the last look was steady and left nothing open
};

}  // namespace maildir

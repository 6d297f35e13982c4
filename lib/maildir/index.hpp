// The index file of one folder (`tubepost-index`) and its permanent lock (`tubepost-lock`). Reading takes no
// lock; every change is appended under it. The file is written anew, with the next generation, when much has
// changed since or some of it is damaged; what it begins with then is mapped and not read.
//
// A UID that anybody was told survives a power loss: lines that give out UIDs are appended durably, and a
// reader that finds UIDs of another writer has them on disk before it returns.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/index_text.hpp"
#include "maildir/mapped.hpp"

namespace maildir {

class Index {
 public:
  explicit Index(std::string folder) : folder_(std::move(folder)) {}

  const IndexState& state() const { return state_; }

  /// A read has found that the index this one belongs to is gone, or another in its place; or somebody has
  /// cut it in place while it was being looked at, so that what it holds is not known here any more.
  bool is_replaced() const { return replaced_; }

  /// Reads what was written since the last time. False: there is no index, or it is none. Once one was read,
  /// only that one will do: Exit::temporary when it is gone or has another UIDVALIDITY, and the state stays.
  base::Result<bool> read();

  /// Waits for the lock of the folder that is at this path now, at most a minute (Exit::temporary); it ends
  /// with the descriptor. Exit::no_input: there is no such folder.
  base::Result<fs::Fd> lock() const { return lock_within(60); }
  /// The same without a wait.
  base::Result<fs::Fd> try_lock() const { return lock_within(0); }

  /// Gives memory back that other sessions have as well; the next use takes it again.
  void rest() const { sorted_.rest(); }

  // With the lock held:

  /// What the lock's file knows of the last index that was here; nothing: there never was one.
  struct Mark {
    std::uint32_t validity = 0;
    std::uint32_t uid_next = 0;
  };
  std::optional<Mark> mark() const;

  /// A new index with what `state` holds: `validity` is not 0 (Exit::software). It may be lost with its
  /// UIDVALIDITY when the power is, until something is appended durably.
  base::Result<void> make(const IndexState& state);

  /// After a read: writes the file anew if some of it is damaged, or if there is at its end a piece of a
  /// line, which a killed writer leaves. UIDs that the lock's file knows are not given out again.
  base::Result<void> mend();

  /// Appends whole lines in one write and applies them. `durable`: on disk when it returns. Exit::temporary:
  /// the file is not as it was read. Lines that were written whole before an error stay and are applied.
  base::Result<void> append(std::string_view lines, bool durable);

  /// `count` messages that are too many for lines: the file is written anew with them. On disk when it
  /// returns.
  base::Result<void> add(std::size_t count, const std::function<Record()>& next);

  /// Writes the file anew if that makes it much quicker to read; `patient`: only if it should have been done
  /// long ago. A disk too full for it is no failure: the old one stays.
  void compact(bool patient);
  bool wants_compacting(bool patient) const;

 private:
  base::Result<fs::Fd> lock_within(int seconds) const;
  std::string path() const { return folder_ + "/tubepost-index"; }
  base::Error replaced();
  base::Result<void> check_whole();
  base::Result<bool> take_head(int file);
  base::Result<void> check_unchanged(int file) const;
  base::Result<void> rewrite(bool durable);
  base::Result<void> replace(const IndexState& state, std::uint64_t generation, bool durable);
  void take_mark();
  void leave_mark() const;

  std::string folder_;
  Mapped sorted_;  // what state_.records look into
  IndexState state_;
  std::uint64_t offset_ = 0;  // of the first byte not applied yet
  bool replaced_ = false;
  std::size_t piece_ = 0;  // octets behind it without an LF
};

}  // namespace maildir

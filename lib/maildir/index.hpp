// The index file of one folder (`tubepost-index`) and its permanent lock (`tubepost-lock`). Reading takes no
// lock; every change is appended under it. The file is written anew, with the next generation, when most of
// its lines are history or some are damaged.
//
// A UID that anybody was told survives a power loss: lines that give out UIDs are appended durably, and a
// reader that finds UIDs of another writer has them on disk before it returns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/index_text.hpp"

namespace maildir {

class Index {
 public:
  explicit Index(std::string folder) : folder_(std::move(folder)) {}

  const IndexState& state() const { return state_; }
  IndexState& state() { return state_; }

  /// Reads what was written since the last time. False: there is no index, or it is none. Once one was read,
  /// only that one will do: Exit::temporary when it is gone or has another UIDVALIDITY, and the state stays.
  base::Result<bool> read();
  bool lost() const { return lost_; }

  /// Waits for the lock of the folder that is at this path now, at most a minute (Exit::temporary); it ends
  /// with the descriptor. Exit::no_input: there is no such folder.
  base::Result<fs::Fd> lock() const;

  // With the lock held:

  /// A new, empty index. `validity` is not 0 (Exit::software).
  base::Result<void> make(std::uint32_t validity);

  /// After a read: writes the file anew if it has damaged lines, or at its end a piece of one, which a killed
  /// writer leaves.
  base::Result<void> mend();

  /// Appends whole lines in one write and applies them. `durable`: on disk when it returns. Exit::temporary:
  /// the file is not as it was read. Lines that were written whole before an error stay and are applied.
  base::Result<void> append(std::string_view lines, bool durable);

  /// Writes the file anew if that makes it much shorter. A disk too full for it is no failure: the old one
  /// stays.
  void compact();

 private:
  std::string path() const { return folder_ + "/tubepost-index"; }
  base::Error rebuilt();
  base::Result<bool> take_head(int file, std::vector<Record>& before);
  base::Result<void> check_unchanged(int file) const;
  base::Result<void> rewrite();
  base::Result<void> replace(std::string_view text);

  std::string folder_;
  IndexState state_;
  std::uint64_t offset_ = 0;  // of the first byte not applied yet
  bool lost_ = false;
  std::size_t piece_ = 0;  // octets behind it without an LF
};

}  // namespace maildir

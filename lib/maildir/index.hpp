// The index file of one folder (`tubepost-index`) and its permanent lock (`tubepost-lock`). Reading takes no
// lock; every change is appended under it. The file is written anew, with the next generation, when most of
// its lines are history.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "maildir/index_text.hpp"

namespace maildir {

class Index {
 public:
  explicit Index(std::string folder) : folder_(std::move(folder)) {}

  const IndexState& state() const { return state_; }
  IndexState& state() { return state_; }

  /// Reads what was written since the last time. False: there is no index, or it is none.
  base::Result<bool> read();

  /// Waits for the lock, at most a minute (Exit::temporary); it ends with the descriptor.
  base::Result<fs::Fd> lock() const;

  // With the lock held:

  /// A new, empty index.
  base::Result<void> make(std::uint32_t validity);

  /// Appends whole lines in one write and applies them. `durable`: on disk when it returns.
  base::Result<void> append(std::string_view lines, bool durable);

  /// Writes the file anew if that makes it much shorter.
  base::Result<void> compact();

 private:
  std::string path() const { return folder_ + "/tubepost-index"; }
  base::Result<void> replace(std::string_view text);

  std::string folder_;
  IndexState state_;
  std::uint64_t offset_ = 0;  // of the first byte not applied yet
};

}  // namespace maildir

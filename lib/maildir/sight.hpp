// How far what was seen of a folder can be believed. Pure.
#pragma once

#include <cstdint>

#include "maildir/index_text.hpp"

namespace maildir {

/// What of the index a look at the directories was compared with.
struct Compared {
  std::uint64_t modseq = 0;
  std::uint64_t generation = 0;
  std::size_t lines = 0;
  friend bool operator==(const Compared&, const Compared&) = default;

  static Compared with(const IndexState& index) { return {index.modseq, index.generation, index.lines}; }
};

/// Whether a look that nobody held the lock for is as good as one under the lock. `then`, `now`: the index
/// and the directories' times. A name that differs from the index's, in a look that was not `steady`, may be
/// the one from before another session's change.
struct Moment {
  Compared index;
  Stamp stamp;
};
bool still_holds(const Moment& then, const Moment& now, bool steady, bool moved);

}  // namespace maildir

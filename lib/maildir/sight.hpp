// How far what was seen of a folder can be believed. Pure.
#pragma once

#include <cstdint>

#include "maildir/index_text.hpp"

namespace maildir {

constexpr std::uint64_t clock_tick =
    20'000'000;  // nanoseconds; ext4 stamps changes with the kernel's coarse clock

/// When directories were first seen with these times, in nanoseconds since 1970.
struct Sighting {
  Stamp stamp;
  std::uint64_t at = 0;  // 0: never

  /// `now`: the moment before they were seen so.
  void note(const Stamp& seen, std::uint64_t now);
};

/// Whether nothing can have changed in a directory since a tick before `now` but what shows in `changed`, its
/// time: that is long past or, by another clock than this one's, was the same a tick ago already. `then` is
/// what it was in the `seen` sighting.
bool is_at_rest(std::uint64_t changed, std::uint64_t now, std::uint64_t then, const Sighting& seen);

/// Whether something that was found at `then` was so `limit` ago or later, all in seconds. What is to have
/// been in the future is not believed: a clock was wrong.
bool is_recent(std::uint64_t then, std::uint64_t now, std::uint64_t limit);

/// What speaks for it that a message is gone: two listings, one after the other, and its names asked for.
struct Search {
  bool first_at_rest = false;
  bool found_first = false;
  bool second_at_rest = false;
  bool there_by_name = false;
};
bool is_gone(const Search& search);

/// Over a network, two listings may be one that was remembered: there, a message is gone when it was missed a
/// while ago too. What of `candidates` is gone now is returned, and `missed` becomes what is to be looked for
/// again. `now`: seconds since 1970; `local`: nothing is remembered.
constexpr std::uint64_t missed_for = 30;  // seconds
UidSet settle_missed(Missed& missed, const UidSet& candidates, std::uint64_t now, bool local);

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

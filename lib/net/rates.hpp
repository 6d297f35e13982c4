// How often each source did something in this minute, counted over all the processes that share one memory:
// tables of fixed size without locks. Two processes that meet in one slot may lose a count, and a flood of
// sources may push one out: limits become looser then, and nothing waits. An IPv6 source is its /64, as one
// client has all of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "fs/common_memory.hpp"

namespace net {

class Rates {
 public:
  enum class What { connections, other_connections, messages, recipients };  // other: not by SMTP

  /// Octets of memory that it needs.
  static std::size_t size();

  /// In memory of its own, for this process and those it makes, or from `offset` on in what others share.
  /// Exit::os: no memory to be had.
  static base::Result<Rates> create();
  static base::Result<Rates> create(const fs::CommonMemory& memory, std::size_t offset);

  /// For a process that must not touch them: from now on nothing is counted, and all is within every limit.
  void leave() {
    doors_.reset();
    mail_.reset();
  }

  /// The same for connections alone. Who has taken a process over that talks to a stranger could shut out
  /// everybody by them, and let himself in.
  void leave_connections() { doors_.reset(); }

  /// Counts one more by `address` at `seconds` (of any clock); false: that is more than `most` in this
  /// minute. 0: no limit.
  bool count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const;

 private:
  struct Slot;
  static Slot& slot_of(void* table, std::uint64_t key, std::uint32_t minute);

  fs::CommonMemory::Part doors_;  // connections of both kinds
  fs::CommonMemory::Part mail_;   // messages and recipients
  std::uint64_t seed_ = 0;        // nobody can choose addresses that share a slot
};

}  // namespace net

// How often each source did something in this minute, counted over all the processes that share
// one memory: a table of fixed size without locks. Two
// processes that meet in one slot may lose a count, and a flood of sources may push one out: limits become
// looser then, and nothing waits. An IPv6 source is its /64, as one client has all of that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "fs/common_memory.hpp"

namespace net {

class Rates {
 public:
  enum class What { connections, messages, recipients, other_connections };  // other: not by SMTP

  /// Octets of memory that it needs.
  static std::size_t size();

  /// In memory of its own, for this process and those it makes, or from `offset` on in what others share.
  /// Exit::os: no memory to be had.
  static base::Result<Rates> create();
  static base::Result<Rates> create(const fs::CommonMemory& memory, std::size_t offset);

  /// For a process that must not touch it: from now on nothing is counted, and all is within every limit.
  void leave() { table_.reset(); }

  /// Counts one more by `address` at `seconds` (of any clock); false: that is more than `most` in this
  /// minute. 0: no limit.
  bool count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const;

 private:
  struct Slot;
  Slot& slot_of(std::uint64_t key, std::uint32_t minute) const;

  fs::CommonMemory::Part table_;
  std::uint64_t seed_ = 0;  // nobody can choose addresses that share a slot
};

}  // namespace net

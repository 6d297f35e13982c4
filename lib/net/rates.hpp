// How often each source did something in this minute, counted over all the processes that come from one
// accept loop: a table of fixed size in shared memory, made before the first fork, without locks. Two
// processes that meet in one slot may lose a count, and a flood of sources may push one out: limits become
// looser then, and nothing waits. An IPv6 source is its /64, as one client has all of that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"

namespace net {

class Rates {
 public:
  enum class What { connections, messages, recipients };

  /// Exit::os: no memory to be had.
  static base::Result<Rates> create();

  /// Counts one more by `address` at `seconds` (of any clock); false: that is more than `most` in this
  /// minute. 0: no limit.
  bool count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const;

 private:
  struct Slot;
  struct Release {
    void operator()(Slot* table) const;
  };
  Slot& slot_of(std::uint64_t key, std::uint32_t minute) const;

  std::unique_ptr<Slot[], Release> table_;
  std::uint64_t seed_ = 0;  // nobody can choose addresses that share a slot
};

}  // namespace net

// Failed logins by address, in memory of a fixed size that processes share (see serve/counts.hpp). An IPv6
// client counts as its network of 64 bits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "fs/common_memory.hpp"

namespace serve {

class Failures {
 public:
  /// Octets of memory that it needs.
  static std::size_t size();

  /// `most` in `window` seconds since the last one; 0: no limit. In memory of its own, for this process and
  /// those it makes, or from `offset` on in what others share.
  static base::Result<Failures> make(std::uint32_t most, std::uint32_t window);
  static base::Result<Failures> make(const fs::CommonMemory& memory, std::size_t offset, std::uint32_t most,
                                     std::uint32_t window);

  /// Seconds on a clock that only goes forward. "unknown" (a pipe) is never counted.
  void add(const std::string& address, std::uint32_t now);
  bool too_many(const std::string& address, std::uint32_t now) const;

  /// For a process that must not touch it: from now on it is not there.
  void leave() { slots_.reset(); }

 private:
  struct Slot {
    std::atomic<std::uint64_t> source;    // 0: free
    std::atomic<std::uint64_t> failures;  // the count above, the time of the last below, 32 bits each
  };

  Failures(fs::CommonMemory::Part slots, std::uint64_t seed, std::uint32_t most, std::uint32_t window)
      : slots_(std::move(slots)), seed_(seed), most_(most), window_(window) {}
  std::uint64_t source_of(const std::string& address) const;
  Slot* find(std::uint64_t source) const;

  fs::CommonMemory::Part slots_;
  std::uint64_t seed_;  // nobody can choose addresses that fall into the same place
  std::uint32_t most_;
  std::uint32_t window_;
};

}  // namespace serve

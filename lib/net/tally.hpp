// How often each source did something, counted over all the processes that share one memory: a table of fixed
// size without locks. Two processes that meet in one slot may lose a count, and a flood of sources may push
// one out: limits become looser then, and nothing waits. What a source is, net::source_of() says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "fs/common_memory.hpp"

namespace net {

class Tally {
 public:
  /// Octets of memory that it needs.
  static std::size_t size();

  /// From `offset` on in what others share.
  static base::Result<Tally> make(const fs::CommonMemory& memory, std::size_t offset);

  /// One that counts nothing.
  Tally() = default;

  /// Counts one more at `now`, in seconds of any clock: how many there are then, each at most `window`
  /// seconds behind the one before. Another process may have read the clock up to a minute later; what was
  /// counted later still is of a clock that has been set back, and over. What is no address is one source of
  /// its own.
  std::uint32_t add(const std::string& address, std::uint32_t now, std::uint32_t window) const;

  /// How many there are.
  std::uint32_t count(const std::string& address, std::uint32_t now, std::uint32_t window) const;

  /// For a process that must not touch it: from now on it counts nothing.
  void leave() { slots_.reset(); }

 private:
  struct Slot;
  Tally(fs::CommonMemory::Part slots, std::uint64_t seed) : slots_(std::move(slots)), seed_(seed) {}
  std::uint64_t key_of(const std::string& address) const;
  Slot* find(std::uint64_t key) const;
  Slot* take(std::uint64_t key, std::uint32_t now) const;
  Slot* group_of(std::uint64_t key) const;

  fs::CommonMemory::Part slots_;
  std::uint64_t seed_ = 0;  // nobody can choose addresses that share a slot
};

}  // namespace net

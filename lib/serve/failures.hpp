// Failed logins by address, in memory that every connection of one accept loop shares: made before the loop,
// bounded, and forgotten with it. An IPv6 client counts as its network of 64 bits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace serve {

class Failures {
 public:
  /// `most` in `window` seconds since the last one; 0: no limit.
  static base::Result<Failures> make(std::uint32_t most, std::uint32_t window);
  Failures(Failures&& other) noexcept;
  Failures& operator=(Failures&&) = delete;
  ~Failures();

  /// Seconds on a clock that only goes forward. "unknown" (a pipe) is never counted.
  void add(const std::string& address, std::uint32_t now);
  bool too_many(const std::string& address, std::uint32_t now) const;

  /// For a process that must not touch it: from now on it is not there.
  void leave();

 private:
  struct Slot {
    std::atomic<std::uint64_t> source;    // 0: free
    std::atomic<std::uint64_t> failures;  // the count above, the time of the last below, 32 bits each
  };

  Failures(Slot* slots, std::uint64_t seed, std::uint32_t most, std::uint32_t window)
      : slots_(slots), seed_(seed), most_(most), window_(window) {}
  std::uint64_t source_of(const std::string& address) const;
  Slot* find(std::uint64_t source) const;

  Slot* slots_;
  std::uint64_t seed_;  // nobody can choose addresses that fall into the same place
  std::uint32_t most_;
  std::uint32_t window_;
};

}  // namespace serve

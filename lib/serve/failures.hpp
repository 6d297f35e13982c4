// Failed logins by source (see net/tally.hpp), over all processes that serve strangers (see
// serve/counts.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "fs/common_memory.hpp"
#include "net/tally.hpp"

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
  void leave() { tally_.leave(); }

 private:
  Failures(net::Tally tally, std::uint32_t most, std::uint32_t window)
      : tally_(std::move(tally)), most_(most), window_(window) {}

  net::Tally tally_;
  std::uint32_t most_;
  std::uint32_t window_;
};

}  // namespace serve

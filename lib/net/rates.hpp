// How often each source did something in this minute (see net/tally.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "fs/common_memory.hpp"
#include "net/tally.hpp"

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
  void leave() { tallies_ = {}; }

  /// The same for connections alone. Who has taken a process over that talks to a stranger could shut out
  /// everybody by them, and let himself in.
  void leave_connections() {
    for (const auto what : {What::connections, What::other_connections}) tally(what).leave();
  }

  /// Counts one more by `address` at `seconds` (of any clock); false: that is more than `most` in this
  /// minute. 0: no limit.
  bool count(What what, const std::string& address, std::uint64_t most, std::uint64_t seconds) const;

 private:
  Tally& tally(What what) { return tallies_[static_cast<std::size_t>(what)]; }

  std::array<Tally, 4> tallies_;  // as What names them
};

}  // namespace net

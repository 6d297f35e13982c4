// One line on a terminal, for the person who waits for work that takes longer than a second. The clock is an
// argument.
#pragma once

#include <cstdint>
#include <string>

namespace serve {

class Progress {
 public:
  /// `start`: when the work began, in microseconds of any clock that does not go back.
  explicit Progress(std::uint64_t start) : next_(start + patience) {}

  /// What the terminal is to get at `now`: nothing in the first second, then the line anew five times a
  /// second at most. Octets; a total of 0 is not known.
  std::string advance(std::uint64_t done, std::uint64_t total, std::uint64_t now);

  /// Takes the line away, if there is one.
  std::string finish();

 private:
  static constexpr std::uint64_t patience = 1'000'000;  // microseconds
  static constexpr std::uint64_t interval = 200'000;
  std::uint64_t next_;
  std::size_t shown_ = 0;  // columns
};

}  // namespace serve

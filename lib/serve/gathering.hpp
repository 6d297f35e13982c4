// When local mail leaves its lines (serve/lines.hpp): at once while little comes. Where much comes, one after
// the other as from one busy connection, it is gathered for a few milliseconds, as what is delivered together
// takes the disk one turn, and each by itself would take as many as the next message needs. Pure: the time,
// in milliseconds of any clock, is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace serve {

class Gathering {
 public:
  static constexpr std::size_t enough = 16;     // messages that go whenever they are there
  static constexpr std::uint64_t longest = 8;   // milliseconds that one waits here
  static constexpr std::uint64_t at_once = 10;  // times in a row, before anything waits

  /// So many messages wait, and at least one of them may go if this lets it. From the first that is let
  /// through until close() everything is.
  void look(std::size_t waiting, std::uint64_t now);
  bool is_open() const { return open_; }
  /// Nothing is left that may go.
  void close() { open_ = false; }

  /// When what waits is let through.
  std::uint64_t next_time() const;

 private:
  std::uint64_t used_until_ = 0;  // each time that it is opened uses `longest` of it
  bool open_ = false;
};

}  // namespace serve

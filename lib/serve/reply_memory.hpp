// Whom a program has answered when, so that nobody hears the same twice in a week: `SECONDS ADDRESS` a line,
// seconds since 1970, the address in lower case. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace serve {

class ReplyMemory {
 public:
  static constexpr std::size_t most = 10'000;         // the oldest go
  static constexpr std::size_t size_limit = 4 << 20;  // octets of the text

  /// A line that is none is left out: the file is its owner's, and may have been edited.
  static ReplyMemory parse(std::string_view text);

  /// Whether the address was answered in the last `interval` seconds before `now`. A time that has not come
  /// yet counts as now.
  bool knows(std::string_view address, std::uint64_t now, std::uint64_t interval) const;

  /// Adds it, and forgets who has not been answered for longer than `interval`.
  void add(std::string_view address, std::uint64_t now, std::uint64_t interval);

  std::string text() const;

 private:
  std::map<std::string, std::uint64_t, std::less<>> answered_;
};

}  // namespace serve

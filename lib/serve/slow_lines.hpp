// Lines whose last share took long to come back: so they are taken for slow for a while. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace serve {

class SlowLines {
 public:
  static constexpr std::uint64_t long_time = 1000;  // milliseconds

  bool contains(const std::string& line, std::uint64_t now) const;
  /// A share is back after so many milliseconds.
  void note(const std::string& line, std::uint64_t took, std::uint64_t now);

 private:
  std::map<std::string, std::uint64_t> until_;
};

}  // namespace serve

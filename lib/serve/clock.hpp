// The time and chance that the pure rooms take as arguments.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace serve {

/// Microseconds since 1970.
std::uint64_t now_microseconds();
inline std::uint64_t now_seconds() {
  return now_microseconds() / 1'000'000;
}

/// Seconds since 1970; tests have others than now_seconds.
using Clock = std::uint64_t (*)();

/// 24 hexadecimal digits that nobody can guess.
base::Result<std::string> random_text();

}  // namespace serve

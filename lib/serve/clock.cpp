#include "serve/clock.hpp"

#include <chrono>

#include "base/hex.hpp"
#include "fs/random.hpp"

namespace serve {

std::uint64_t now_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

base::Result<std::string> random_text() {
  TRY_ASSIGN(const auto octets, fs::random_octets(12));
  return base::to_hex(octets);
}

}  // namespace serve

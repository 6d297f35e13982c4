#include "serve/clock.hpp"

#include <sys/random.h>

#include <array>
#include <chrono>
#include <string_view>

namespace serve {

std::uint64_t now_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

base::Result<std::string> random_text() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, 12> octets;
  if (getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size())) {
    return base::system_error("getrandom");
  }
  std::string out;
  for (const unsigned octet : octets) out += {digits[octet >> 4], digits[octet & 15]};
  return out;
}

}  // namespace serve

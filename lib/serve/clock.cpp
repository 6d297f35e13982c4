#include "serve/clock.hpp"

#include <chrono>
#include <string_view>

#include "fs/random.hpp"

namespace serve {

std::uint64_t now_microseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

base::Result<std::string> random_text() {
  constexpr std::string_view digits = "0123456789abcdef";
  TRY_ASSIGN(const auto octets, fs::random_octets(12));
  std::string out;
  for (const unsigned char octet : octets) out += {digits[octet >> 4], digits[octet & 15]};
  return out;
}

}  // namespace serve

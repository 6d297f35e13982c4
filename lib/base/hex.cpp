#include "base/hex.hpp"

#include <algorithm>
#include <bit>

namespace base {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

}  // namespace

std::string to_hex(std::string_view octets) {
  std::string out;
  out.reserve(2 * octets.size());
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

std::string hex_number(std::uint64_t value, std::size_t width) {
  std::string out(std::max<std::size_t>(width, (static_cast<std::size_t>(std::bit_width(value)) + 3) / 4),
                  '0');
  for (auto digit = out.rbegin(); value != 0; ++digit, value >>= 4) *digit = digits[value & 15];
  return out;
}

}  // namespace base

#include "spool/id.hpp"

namespace spool {

namespace {

constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";

}  // namespace

std::string make_id(std::uint64_t microseconds, std::uint32_t random) {
  std::uint64_t value = (microseconds << 12) | (random & 0xFFF);
  std::string out(id_length, '0');
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
    *digit = digits[value & 31];
    value >>= 5;
  }
  return out;
}

bool is_id(std::string_view text) {
  return text.size() == id_length && text.find_first_not_of(digits) == std::string_view::npos;
}

std::uint64_t arrival(std::string_view id) {
  if (!is_id(id)) return 0;
  std::uint64_t value = 0;
  // 65 bits, of which the first is never set.
  for (const char c : id) value = value << 5 | digits.find(c);
  return value >> 12;
}

std::string bucket(std::string_view id) {
  const auto last = digits.find(id.empty() ? '0' : id.back());
  return std::string(1, digits[last % 16]);
}

}  // namespace spool

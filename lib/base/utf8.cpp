#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace base {

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) >= 0xA0) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) >= 0x90) return 0;
  return length;
}

std::string_view cut_utf8(std::string_view text, std::size_t limit) {
  constexpr std::size_t longest = 4;
  if (text.size() <= limit) return text;
  const auto goes_on = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
  auto end = limit;
  while (end > 0 && limit - end + 1 < longest && goes_on(end)) --end;
  return text.substr(0, goes_on(end) ? limit : end);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::uint64_t word = 0;
    while (text.size() >= sizeof word) {
      std::memcpy(&word, text.data(), sizeof word);
      if ((word & 0x8080808080808080U) != 0) break;
      text.remove_prefix(sizeof word);
    }
    if (text.empty()) break;
    const auto length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::uint32_t utf8_value(std::string_view sequence) {
  if (sequence.size() == 1) return static_cast<unsigned char>(sequence[0]);
  std::uint32_t out = static_cast<unsigned char>(sequence[0]) & (0xFFu >> (sequence.size() + 1));
  for (const char c : sequence.substr(1)) out = out << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  return out;
}

std::string utf8_character(std::uint32_t value) {
  if (value < 0x80) return {static_cast<char>(value)};
  std::string out;
  unsigned shift = value < 0x800 ? 6 : value < 0x10000 ? 12 : 18;
  const unsigned mark = shift == 6 ? 0xC0 : shift == 12 ? 0xE0 : 0xF0;
  out += static_cast<char>(mark | value >> shift);
  while (shift != 0) {
    shift -= 6;
    out += static_cast<char>(0x80 | (value >> shift & 0x3F));
  }
  return value <= 0x10FFFF && utf8_length(out) == out.size() ? out : std::string();
}

bool is_unsafe_utf8(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 2) {
    return (byte(0) == 0xC2 && byte(1) < 0xA0) || (byte(0) == 0xD8 && byte(1) == 0x9C);  // U+061C
  }
  if (sequence.size() != 3 || byte(0) != 0xE2) return false;
  const unsigned low = (byte(1) - 0x80U) * 64 + (byte(2) - 0x80U);  // above U+2000
  return low == 0x0E || low == 0x0F || (low >= 0x28 && low <= 0x2E) || (low >= 0x66 && low <= 0x69);
}

}  // namespace base

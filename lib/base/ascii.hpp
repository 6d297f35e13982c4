// ASCII as mail protocols mean it: no locale, no sign extension, bytes above 127 are never letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_alpha(char c) {
  return is_upper(c) || is_lower(c);
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
constexpr bool is_wsp(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 32 || c == 127;
}
constexpr bool is_8bit(char c) {
  return static_cast<unsigned char>(c) > 127;
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + 32) : c;
}
constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 32) : c;
}

/// Value of a hexadecimal digit in either case, or -1.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// True: not all of it is ASCII.
bool has_8bit(std::string_view text);

bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);
std::string lower(std::string_view text);
std::string upper(std::string_view text);

/// Without blanks, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

/// What blanks and tabs part; nothing is quoted.
std::vector<std::string> words(std::string_view text);

/// All of `text` as a decimal number; nothing for an empty text, any other character or a value over `most`.
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most = UINT64_MAX);

/// Text that is safe in a log line or on a terminal: control characters, DEL, backslash, marks that turn the
/// direction of text (is_unsafe_utf8) and bytes that are not valid UTF-8 become \xNN (CR, LF, TAB: \r \n \t).
/// At most `limit` bytes, then "...".
std::string printable(std::string_view text, std::size_t limit = 1000);

/// The same for whole lines: LF, TAB and backslash stay as they are. Appends to `out`.
void put_visible(std::string_view text, std::string& out);

}  // namespace base

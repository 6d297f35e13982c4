#include "base/json.hpp"

#include <cstdint>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace base {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

void put_escape(std::string& out, std::uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += digits[unit >> shift & 15];
}

void put_ascii(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c == '\r') {
    out += "\\r";
  } else if (is_control(c)) {
    put_escape(out, static_cast<unsigned char>(c));
  } else {
    out += c;
  }
}

/// A sequence of two or three octets: all that is unsafe lies in the first plane.
std::uint32_t code_point(std::string_view sequence) {
  std::uint32_t out = static_cast<unsigned char>(sequence[0]) & (sequence.size() == 2 ? 0x1FU : 0x0FU);
  for (const char c : sequence.substr(1)) out = out << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return out;
}

}  // namespace

void put_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto length = utf8_length(text);
    const auto one = text.substr(0, length == 0 ? 1 : length);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (length == 1) {
      put_ascii(out, one.front());
    } else if (length < 4 && is_unsafe_utf8(one)) {
      put_escape(out, code_point(one));
    } else {
      out += one;
    }
    text.remove_prefix(one.size());
  }
  out += '"';
}

void put_json_key(std::string& out, std::string_view key) {
  if (!out.ends_with('{')) out += ',';
  put_json(out, key);
  out += ':';
}

void put_json_number(std::string& out, std::string_view key, std::uint64_t value) {
  put_json_key(out, key);
  out += std::to_string(value);
}

}  // namespace base

#include "codec/utf7.hpp"

#include <cstdint>

#include "base/ascii.hpp"

namespace codec {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// The code point at the start of `text`, taken off; nothing valid there: -1 and nothing is taken.
std::int32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  if (length == 0 || length > text.size()) return -1;
  std::int32_t value = length == 1 ? first : first & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0) != 0x80) return -1;
    value = value << 6 | (next & 0x3F);
  }
  constexpr std::int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return -1;
  text.remove_prefix(length);
  return value;
}

void append_utf8(std::string& out, std::uint32_t value) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80 | (value >> shift & 0x3F)); };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0 | value >> 6);
    tail(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0 | value >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | value >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

base::Error wrong(const char* why) {
  return base::fail(base::Exit::data, std::string("modified UTF-7: ") + why);
}

/// One shifted run: UTF-16 in base64 without padding.
base::Result<void> decode_run(std::string_view run, std::string& out) {
  std::uint32_t bits = 0;
  int held = 0;
  std::uint32_t high = 0;
  for (const char c : run) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return wrong("a character that is no base64");
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFFF;
    held += 6;
    if (held < 16) continue;
    held -= 16;
    const std::uint32_t unit = bits >> held & 0xFFFF;
    if (high != 0) {
      if (unit < 0xDC00 || unit > 0xDFFF) return wrong("half a surrogate pair");
      append_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
    } else if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
    } else if ((unit >= 0xDC00 && unit < 0xE000) || (unit >= 0x20 && unit < 0x7F)) {
      return wrong("a character that needs no encoding, or half a surrogate pair");
    } else {
      append_utf8(out, unit);
    }
  }
  if (high != 0 || held >= 6 || (bits & ((1U << held) - 1)) != 0) return wrong("bits are left over");
  return {};
}

void encode_unit(std::uint32_t unit, std::uint32_t& bits, int& held, std::string& out) {
  bits = bits << 16 | unit;
  held += 16;
  while (held >= 6) {
    held -= 6;
    out += alphabet[bits >> held & 63];
  }
  bits &= (1U << held) - 1;
}

}  // namespace

base::Result<std::string> imap_utf7_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (base::is_8bit(text[i])) return wrong("an 8-bit octet");
    if (text[i] != '&') {
      out += text[i];
      continue;
    }
    const auto end = text.find('-', i);
    if (end == std::string_view::npos) return wrong("no '-' behind '&'");
    if (end == i + 1) {
      out += '&';
    } else {
      TRY(decode_run(text.substr(i + 1, end - i - 1), out));
    }
    i = end;
  }
  return out;
}

std::string imap_utf7_encode(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text[0] >= ' ' && text[0] < 127) {
      out += text[0];
      if (text[0] == '&') out += '-';
      text.remove_prefix(1);
      continue;
    }
    out += '&';
    std::uint32_t bits = 0;
    int held = 0;
    while (!text.empty() && !(text[0] >= ' ' && text[0] < 127)) {
      std::int32_t value = take_code_point(text);
      if (value < 0) {
        value = static_cast<unsigned char>(text[0]);
        text.remove_prefix(1);
      }
      if (value >= 0x10000) {
        encode_unit(0xD800 + static_cast<std::uint32_t>((value - 0x10000) >> 10), bits, held, out);
        value = 0xDC00 + ((value - 0x10000) & 0x3FF);
      }
      encode_unit(static_cast<std::uint32_t>(value), bits, held, out);
    }
    if (held > 0) out += alphabet[bits << (6 - held) & 63];
    out += '-';
  }
  return out;
}

}  // namespace codec

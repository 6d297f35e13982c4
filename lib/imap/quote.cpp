#include "imap/quote.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace imap {

namespace {

constexpr std::size_t quoted_limit = 1000;

}  // namespace

void append_literal(std::string& out, std::string_view text) {
  out += "{" + std::to_string(text.size()) + "}\r\n";
  const auto start = out.size();
  out += text;
  if (text.find('\0') != std::string_view::npos) {
    std::replace(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\0', '\x80');
  }
}

std::string quote(std::string_view text) {
  const bool plain = text.size() <= quoted_limit && std::none_of(text.begin(), text.end(), [](char c) {
                       return c == '\r' || c == '\n' || c == '\0' || base::is_8bit(c);
                     });
  std::string out;
  if (!plain) {
    append_literal(out, text);
    return out;
  }
  out = '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

std::string quote_or_nil(std::string_view text) {
  return text.empty() ? "NIL" : quote(text);
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 500)) out += base::is_control(c) || base::is_8bit(c) ? '?' : c;
  return out;
}

}  // namespace imap

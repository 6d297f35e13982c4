#include "imap/quote.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "imap/mailbox_name.hpp"

namespace imap {

namespace {

constexpr std::size_t quoted_limit = 1000;

std::string literal(std::string_view text) {
  std::string octets(text);
  std::replace(octets.begin(), octets.end(), '\0', '\x80');
  return "{" + std::to_string(text.size()) + "}\r\n" + octets;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

}  // namespace

std::string quote_name(std::string_view name, bool utf8) {
  return utf8 ? quoted(name) : quote(encode_mailbox_name(name));
}

std::string quote(std::string_view text) {
  const bool plain = text.size() <= quoted_limit && std::none_of(text.begin(), text.end(), [](char c) {
                       return c == '\r' || c == '\n' || c == '\0' || base::is_8bit(c);
                     });
  return plain ? quoted(text) : literal(text);
}

std::string quote_or_nil(std::string_view text) {
  return text.empty() ? "NIL" : quote(text);
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 500)) out += base::is_control(c) || base::is_8bit(c) ? '?' : c;
  return out;
}

std::string without_paths(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size() - 1) + 1;
    auto word = text.substr(0, end);
    if (word.starts_with('/')) word.remove_prefix(word.rfind('/') + 1);
    out += word;
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace imap

#include "maildir/checksum.hpp"

#include <zlib.h>

#include "base/hex.hpp"

namespace maildir {

std::uint32_t crc(std::string_view text, std::uint32_t before) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

std::string checksum(std::string_view text) {
  return base::hex_number(crc(text), checksum_width);
}

void finish_line(std::string& out, std::size_t start) {
  out += ' ';
  out += checksum(std::string_view(out).substr(start));
  out += '\n';
}

std::string_view checked_content(std::string_view line) {
  if (line.size() < checksum_width + 2) return {};
  const auto content = line.substr(0, line.size() - checksum_width);
  const auto sum = line.substr(content.size());
  if (content.back() != ' ' || (sum != by_hand && checksum(content) != sum)) return {};
  return content;
}

}  // namespace maildir

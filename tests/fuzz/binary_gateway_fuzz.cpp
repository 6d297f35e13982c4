// Any octets as a message that may be binary: what comes out is the same wherever they were cut, it has lines
// within the limit where nothing is wrong, and where no part was binary it is what a reader of lines makes of
// it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "mime/binary_gateway.hpp"
#include "smtp/chunk.hpp"

namespace {

constexpr std::size_t line_limit = 80;

struct Read {
  std::string text;
  bool bare = false, long_line = false, changed = false, trouble = false;
  friend bool operator==(const Read&, const Read&) = default;
};

Read read(std::string_view octets, std::size_t piece) {
  mime::BinaryGateway gateway(line_limit, 1000);
  Read out;
  for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size())))
    gateway.update(octets.substr(0, piece), out.text);
  gateway.finish(out.text);
  out.bare = gateway.bare_line_end();
  out.long_line = gateway.line_too_long();
  out.changed = gateway.changed();
  out.trouble = !gateway.trouble().empty();
  return out.trouble ? Read{.trouble = true} : out;
}

void check_lines(std::string_view text) {
  if (!text.empty() && text.back() != '\n') std::abort();
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end > line_limit || text.substr(0, end).find('\r') != text.npos) std::abort();
    text.remove_prefix(end + 1);
  }
}

void fuzz(std::string_view octets) {
  const auto whole = read(octets, octets.size() + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 7U})
    if (!(read(octets, piece) == whole)) std::abort();
  if (whole.bare || whole.long_line || whole.trouble) return;
  check_lines(whole.text);
  if (whole.text.find("8bit") != std::string::npos || whole.changed) return;
  smtp::ChunkReader reader(line_limit);
  std::string text;
  reader.update(octets, text);
  reader.finish(text);
  if (text != whole.text || reader.bare_line_end() || reader.line_too_long()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  fuzz(octets);
  std::string crlf;
  for (const char c : octets) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  fuzz(crlf);
  return 0;
}

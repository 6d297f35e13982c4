// Any octets come in chunks: what is read is the same wherever they were cut, and without a bare CR or LF it
// is what was sent.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "smtp/chunk.hpp"

namespace {

struct Read {
  std::string text;
  bool bare = false;
  bool long_line = false;
  friend bool operator==(const Read&, const Read&) = default;
};

Read read(std::string_view octets, std::size_t piece) {
  smtp::ChunkReader reader(40);
  Read out;
  for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size())))
    reader.update(octets.substr(0, piece), out.text);
  reader.finish(out.text);
  out.bare = reader.bare_line_end();
  out.long_line = reader.line_too_long();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto whole = read(octets, size + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 7U})
    if (!(read(octets, piece) == whole)) std::abort();
  if (whole.text.find('\r') != std::string::npos) std::abort();
  if (whole.bare) return 0;
  std::string sent;
  for (const char c : whole.text) sent += c == '\n' ? "\r\n" : std::string(1, c);
  if (sent != octets && sent != std::string(octets) + "\r\n") std::abort();
  return 0;
}

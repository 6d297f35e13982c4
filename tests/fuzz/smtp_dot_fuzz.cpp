// The dot reader gives the same message at every split, and what the dot writer writes reads back, but for
// where lines are folded.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "smtp/dot.hpp"

namespace {

std::string without_blanks(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == ' ' || c == '\n'; });
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view wire(reinterpret_cast<const char*>(data), size);
  std::string whole;
  smtp::DotReader at_once(998);
  at_once.update(wire, whole);
  std::string pieces;
  smtp::DotReader byte_by_byte(998);
  for (std::size_t i = 0; i < size; ++i) byte_by_byte.update(wire.substr(i, 1), pieces);
  if (whole != pieces || at_once.done() != byte_by_byte.done()) std::abort();
  if (wire.find('\r') != std::string_view::npos) return 0;
  smtp::DotWriter writer;
  std::string sent = writer.update(wire);
  sent += writer.finish();
  std::string back;
  smtp::DotReader reader(998);
  const auto used = reader.update(sent, back);
  if (used != sent.size() || !reader.done() || reader.bare_line_end()) std::abort();
  if (reader.line_too_long() || without_blanks(back) != without_blanks(wire)) std::abort();
  return 0;
}

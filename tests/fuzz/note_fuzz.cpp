// What stands behind an end mark may be anything: each line is a note or none, and so is every pattern.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "spool/in_hand.hpp"
#include "spool/note.hpp"
#include "spool/pattern.hpp"
#include "spool/selection.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& note : spool::parse_notes(text)) {
    const auto line = std::to_string(note.time) + " " + note.address + " " + note.event +
                      (note.text.empty() ? "" : " ") + note.text;
    if (spool::parse_note(line) != note) std::abort();
  }
  const auto half = size / 2;
  const auto pattern = text.substr(0, half), rest = text.substr(half);
  (void)spool::fits(pattern, rest);
  if (!spool::fits("*", text) || !spool::fits(std::string(pattern) + "*", pattern)) std::abort();
  if (spool::is_literal(text) && !spool::fits(text, text)) std::abort();
  (void)spool::parse_age(text);
  (void)spool::locked_inodes(text, 0xfe, 1);
  return 0;
}

// Identifiers of any text have no brackets, blanks or line ends outside of quotes, and read the same when
// they are written in brackets.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "header/message_id.hpp"
#include "header/phrase_list.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Defects defects;
  const auto ids = header::parse_message_ids(text, &defects);
  for (const auto& one : defects.list()) {
    if (one.offset > size) std::abort();
  }
  if (ids.empty() && defects.empty()) std::abort();
  for (const auto& id : ids) {
    if (id.empty() || id.find_first_of("\r\n") != id.npos) std::abort();
    if (id.find_first_of("\"<>() \t,\\") != id.npos) continue;
    const auto again = header::parse_message_ids("<" + id + ">");
    if (again.size() != 1 || again[0] != id) std::abort();
  }
  for (const auto& phrase : header::parse_phrases(text)) {
    if (phrase.empty() || phrase.find_first_of("\r\n") != phrase.npos) std::abort();
  }
  return 0;
}

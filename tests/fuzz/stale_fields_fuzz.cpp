// Any text without its stale fields: the same wherever pieces end, and what is left of the header is what our
// parser finds in it under other names.
#include "header/stale_fields.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "header/field.hpp"

namespace {

void check(bool right) {
  if (!right) std::abort();
}

std::string parsed(std::string_view text) {
  std::string out;
  while (const auto field = header::take_field(text)) {
    if (!header::is_stale(field->name)) out += field->text;
  }
  return out += text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  if (all.empty()) return 0;
  const auto text = all.substr(1);
  header::WithoutStaleFields whole, parted;
  std::string once, twice;
  whole.update(text, once);
  whole.finish(once);
  const auto at = std::min(static_cast<std::size_t>(data[0]), text.size());
  parted.update(text.substr(0, at), twice);
  parted.update(text.substr(at), twice);
  parted.finish(twice);
  check(once == twice);
  // A bare CR before a name is nothing for it, and for the parser a blank.
  if (text.find('\r') == text.npos) check(once == parsed(text));
  return 0;
}

// Whatever a person gives becomes one field of printable ASCII, or an error: never a second line of the
// header.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "header/address_field.hpp"
#include "header/field.hpp"

namespace {

void check(const base::Result<std::string>& written, std::string_view name) {
  if (!written) return;
  std::string_view rest = *written;
  const auto field = header::take_field(rest);
  if (!field || field->name != name || !rest.empty() || !written->ends_with('\n')) std::abort();
  for (const char c : *written) {
    if (c != '\n' && (base::is_control(c) || base::is_8bit(c))) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(header::address_field("To", text), "To");
  check(header::any_field("X-Note", text), "X-Note");
  const auto name = text.substr(0, text.find(':'));
  check(header::any_field(name, text.substr(name.size())), name);
  return 0;
}

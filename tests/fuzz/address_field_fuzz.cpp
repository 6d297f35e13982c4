// Whatever a person gives becomes one field of printable ASCII, or an error: never a second line of the
// header. Addresses are found in any text, and read the same when they are written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/address.hpp"
#include "header/address_field.hpp"
#include "header/field.hpp"

namespace {

void check(const base::Result<std::string>& written, std::string_view name,
           header::Form form = header::Form::ascii) {
  if (!written) return;
  std::string_view rest = *written;
  const auto field = header::take_field(rest);
  if (!field || field->name != name || !rest.empty() || !written->ends_with('\n')) std::abort();
  for (const char c : *written) {
    if (c != '\n' && (base::is_control(c) || (base::is_8bit(c) && form == header::Form::ascii))) std::abort();
  }
  if (!base::is_utf8(*written)) std::abort();
}

void read(std::string_view text) {
  base::Defects defects;
  const auto all = header::parse_addresses(text, 10'000, &defects);
  for (const auto& one : defects.list()) {
    if (one.offset > text.size()) std::abort();
  }
  if (all.empty() && defects.empty()) std::abort();
  if (header::parse_addresses(text) != all) std::abort();
  for (const auto& one : all) {
    const auto mailbox = header::to_mailbox(one);
    if (mailbox.empty() || !defects.empty()) continue;
    const auto again = header::parse_addresses(mailbox);
    if (again.size() != 1 || again[0].local != one.local || again[0].domain != one.domain) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read(text);
  check(header::address_field("To", text), "To");
  check(header::address_field("To", text, header::Form::utf8), "To", header::Form::utf8);
  check(header::any_field("X-Note", text, header::Form::utf8), "X-Note", header::Form::utf8);
  check(header::any_field("X-Note", text), "X-Note");
  const auto name = text.substr(0, text.find(':'));
  check(header::any_field(name, text.substr(name.size())), name);
  return 0;
}

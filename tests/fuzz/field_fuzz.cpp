// The fields are the header, octet for octet; checking it ends, and points inside it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "header/check.hpp"
#include "header/field.hpp"
#include "mime/content_type.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view rest = text;
  std::string joined;
  while (const auto field = header::take_field(rest)) {
    joined += field->text;
    if (field->name.find_first_of(": \r\n") != field->name.npos) std::abort();
    const auto line = header::unfold(field->body);
    if (line.find_first_of(std::string_view("\r\n\0", 3)) != line.npos) std::abort();
  }
  if (joined + std::string(rest) != text || header::body_offset(text) > size) std::abort();
  base::Defects defects;
  header::check_header(text, defects, mime::field_checks);
  for (const auto& one : defects.list()) {
    if (one.offset > text.size() - rest.size()) std::abort();
  }
  return 0;
}

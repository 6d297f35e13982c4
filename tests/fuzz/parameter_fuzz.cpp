// Any parameters decode to UTF-8 on one line; a value that is written reads the same, in lines of at most 76
// columns.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "header/parameter.hpp"
#include "mime/content_type.hpp"

namespace {

void check(std::string_view value, void (*put)(header::FieldWriter&, std::string_view, std::string_view)) {
  header::FieldWriter writer("Content-Disposition");
  writer.put("attachment", " ", 1);
  put(writer, "filename", value);
  const auto text = std::move(writer).finish();
  std::size_t column = 0;
  for (const char c : text) {
    column = c == '\n' ? 0 : column + 1;
    if (column > 76 || base::is_8bit(c)) std::abort();
  }
  std::string_view rest = text;
  const auto field = header::take_field(rest);
  if (!field || !rest.empty()) std::abort();
  base::Defects defects;
  const auto read = header::parameter(mime::parse_disposition(field->body, &defects).parameters, "filename");
  if (put == header::put_parameter && !defects.empty()) std::abort();
  if (!read || *read != header::one_line(value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  base::Defects defects;
  const auto parameters = mime::parse_parameters(text, 1000, &defects);
  if (parameters != mime::parse_parameters(text)) std::abort();
  for (const auto& one : defects.list()) {
    if (one.offset > size) std::abort();
  }
  (void)mime::parse_content_type(text, &defects);
  const auto read = header::parameter(parameters, "name");
  if (read && (!base::is_utf8(*read) || read->find_first_of("\r\n") != read->npos)) std::abort();
  // decode_words() takes a plain value that looks like an encoded word for one; the writer never writes such
  // a value.
  check(text, header::put_parameter);
  check(text, header::put_old_parameter);
  return 0;
}

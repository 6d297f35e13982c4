// Any value decodes to UTF-8 on one line; text that is written reads the same, in lines of at most 76
// columns.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/encoded_word.hpp"
#include "header/encoded_word_check.hpp"

namespace {

void check_lines(std::string_view field) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    column = field[i] == '\n' ? 0 : column + 1;
    if (column > 76 || base::is_8bit(field[i])) std::abort();
    // A line end inside is a fold.
    if (field[i] == '\n' && i + 1 < field.size() && field[i + 1] != ' ') std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto decoded = header::decode_words(text);
  if (!base::is_utf8(decoded) || decoded.find_first_of(std::string_view("\r\n\0", 3)) != decoded.npos)
    std::abort();
  for (const auto place : {header::WordPlace::text, header::WordPlace::structured}) {
    base::Defects defects;
    header::check_words(text, place, defects);
    for (const auto& one : defects.list()) {
      if (one.offset >= size || text.substr(one.offset, 1) != "=") std::abort();
    }
  }
  const auto line = header::one_line(text);
  const auto raw = header::text_field("Subject", text, header::Form::utf8);
  if (header::decode_words(std::string_view(raw).substr(8)) != line) std::abort();
  const auto field = header::text_field("Subject", text);
  check_lines(field);
  // What is written breaks no rule.
  base::Defects written;
  header::check_words(std::string_view(field).substr(8), header::WordPlace::text, written);
  if (!written.empty()) std::abort();
  if (header::decode_words(std::string_view(field).substr(8)) != line) std::abort();
  if (header::decode_words(header::encode_words(text)) != line) std::abort();
  header::FieldWriter phrase("From");
  header::put_phrase(phrase, text);
  check_lines(std::move(phrase).finish());
  return 0;
}

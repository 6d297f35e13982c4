#include "header/text_writer.hpp"

#include <gtest/gtest.h>

#include "header/encoded_word.hpp"

namespace text_writer_test {
namespace {

std::string phrase(std::string_view text, header::Form form) {
  header::FieldWriter field("X");
  header::put_phrase(field, text, form);
  return std::move(field).finish();
}

TEST(TextWriter, MayLeaveUtf8AsItIs) {
  using header::Form;
  EXPECT_EQ(header::text_field("X", "caf\xC3\xA9 ok"), "X: =?UTF-8?Q?caf=C3=A9?= ok\n");
  EXPECT_EQ(header::text_field("X", "caf\xC3\xA9 ok", Form::utf8), "X: caf\xC3\xA9 ok\n");
  EXPECT_EQ(header::text_field("X", "caf\xE9", Form::utf8), "X: caf\xEF\xBF\xBD\n");
  EXPECT_EQ(phrase("J\xC3\xB6rg", Form::utf8), "X: J\xC3\xB6rg\n");
  EXPECT_EQ(phrase("J\xC3\xB6rg M.", Form::utf8), "X: \"J\xC3\xB6rg M.\"\n");
  EXPECT_EQ(phrase("J\xC3\xB6rg", Form::ascii), "X: =?UTF-8?Q?J=C3=B6rg?=\n");
}

TEST(TextWriter, EncodesEvenThenWhatWouldBeReadOtherwise) {
  for (const char* text : {"=?utf-8?q?x?=", "a =?utf-8?q?caf=C3=A9?= b"}) {
    const auto field = header::text_field("X", text, header::Form::utf8);
    EXPECT_EQ(header::decode_words(std::string_view(field).substr(2)), text) << field;
  }
}

TEST(TextWriter, OneLine) {
  EXPECT_EQ(header::one_line(" a\r\nb\tc "), "a  b c");
  EXPECT_EQ(header::one_line("\xFF"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace text_writer_test

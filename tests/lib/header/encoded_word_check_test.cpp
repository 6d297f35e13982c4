#include "header/encoded_word_check.hpp"

#include <gtest/gtest.h>

#include "show_defects.hpp"

namespace encoded_word_check_test {
namespace {

TEST(EncodedWordCheck, Text) {
  const std::string long_one = "=?utf-8?q?" + std::string(64, 'a') + "?=";
  const struct {
    std::string text;
    const char* defects;
  } rows[] = {
      {"plain = text ? here", ""},
      {"a =?utf-8?q?caf=C3=A9_x?= =?iso-8859-1*en?b?6Q==?= b", ""},
      {long_one.substr(1), ""},
      {"x " + long_one, "long-word@2"},
      {"=?klingon?q?x?=", "unknown-charset@0"},
      {"=?utf-8?b?w6k?=", "bad-word-base64@0"},
      {"=?utf-8?b?w*6k=?=", "bad-word-base64@0"},
      {"=?utf-8?q?a=C?=", "bad-word-q@0"},
      {"=?utf-8?q?a\xC3\xA9?=", "bad-word-q@0"},
      {"=?utf-8?q?a b?=", "blank-in-word@0"},
      {"=?utf-8?q?ab", "open-word@0"},
      {"=?utf-8?q?a=C3?= =?utf-8?q?=A9?=", "split-character@0"},
      {"=?utf-8?q?ok?= =?utf-8?q?a=C3?=\r\n\t=?utf-8?q?=A9?=", "split-character@15"},
      {"=?utf-8?q?a=FF?=", "bad-word-text@0"},
      {"=?utf-8?q?a=C3?= x =?utf-8?q?=A9?=", "bad-word-text@0 bad-word-text@19"},
      {"a=?utf-8?q?b?=", "word-beside-text@1"},
      {"=?utf-8?q?b?=,", "word-beside-text@0"},
      {"\"=?utf-8?q?b?=\"", "word-beside-text@1"},
      // Offsets are those of the folded text.
      {" \r\n a\r\n =?utf-8?b?w?=", "bad-word-base64@8"},
      {std::string("\0 =?klingon?q?x?=", 17), "unknown-charset@2"},
      {"a\r\r\n b\r\n\t=?klingon?q?x?=", "unknown-charset@9"},
  };
  for (const auto& row : rows) {
    base::Defects defects;
    header::check_words(row.text, header::WordPlace::text, defects);
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

TEST(EncodedWordCheck, Structured) {
  const struct {
    const char* text;
    const char* defects;
  } rows[] = {
      {"=?utf-8?q?J?= <a@b>", ""},
      {"a@b (=?utf-8?q?J?=)", ""},
      {"\"=?utf-8?q?J?=\" <a@b>", "word-in-quotes@1"},
      {"\"x\\\" =?utf-8?q?J?=\" <a@b>", "word-in-quotes@5"},
      {"\"x\" =?utf-8?q?J?= <a@b>", ""},
      {"(\") =?utf-8?q?J?= <a@b>", ""},
  };
  for (const auto& row : rows) {
    base::Defects defects;
    header::check_words(row.text, header::WordPlace::structured, defects);
    EXPECT_EQ(show(defects), row.defects) << row.text;
  }
}

}  // namespace
}  // namespace encoded_word_check_test

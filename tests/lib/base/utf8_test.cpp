#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/ascii.hpp"

namespace utf8_test {
namespace {

TEST(Utf8, LengthOfOneCharacter) {
  const struct {
    std::string_view text;
    std::size_t wanted;
  } rows[] = {
      {"", 0},
      {"a", 1},
      {"\xC3\xA9x", 2},
      {"\xE2\x82\xAC", 3},
      {"\xF0\x9F\x98\x80", 4},
      {"\x80", 0},
      {"\xC1\xBF", 0},
      {"\xE0\x9F\xBF", 0},
      {"\xED\xA0\x80", 0},
      {"\xF0\x8F\xBF\xBF", 0},
      {"\xF4\x90\x80\x80", 0},
      {"\xF5\x80\x80\x80", 0},
      {"\xC3", 0},
      {"\xC3z", 0},
  };
  for (const auto& row : rows)
    EXPECT_EQ(base::utf8_length(row.text), row.wanted) << base::printable(row.text);
}

TEST(Utf8, WholeTexts) {
  EXPECT_TRUE(base::is_utf8(""));
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string blanks(before, ' ');
    EXPECT_TRUE(base::is_utf8(blanks + "\xE2\x82\xAC" + blanks));
    EXPECT_FALSE(base::is_utf8(blanks + "\xE2\x82" + blanks));
  }
}

TEST(Utf8, WhatATerminalObeysIsEscaped) {
  EXPECT_EQ(base::printable("a\xE2\x80\xAE"
                            "fdp.exe"),
            "a\\xe2\\x80\\xaefdp.exe");
  EXPECT_EQ(base::printable("\xE2\x81\xA6\xC2\x9B\xD8\x9C"), "\\xe2\\x81\\xa6\\xc2\\x9b\\xd8\\x9c");
  EXPECT_EQ(base::printable("\xE2\x82\xAC\xC2\xA0\xD8\x9D"), "\xE2\x82\xAC\xC2\xA0\xD8\x9D");
}

TEST(Utf8, ACharacterAndItsNumber) {
  const struct {
    std::uint32_t value;
    std::string_view text;
  } rows[] = {
      {'a', "a"},
      {0xE9, "\xC3\xA9"},
      {0x7FF, "\xDF\xBF"},
      {0x800, "\xE0\xA0\x80"},
      {0x20AC, "\xE2\x82\xAC"},
      {0xFFFF, "\xEF\xBF\xBF"},
      {0x10000, "\xF0\x90\x80\x80"},
      {0x1F600, "\xF0\x9F\x98\x80"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(base::utf8_character(row.value), row.text);
    EXPECT_EQ(base::utf8_value(row.text), row.value);
  }
  for (const std::uint32_t none : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU})
    EXPECT_EQ(base::utf8_character(none), "");
}

TEST(Utf8, NoCharacterIsCut) {
  const struct {
    std::string_view text;
    std::size_t limit;
    std::size_t left;
  } rows[] = {
      {"abc", 3, 3},
      {"abc", 2, 2},
      {"", 0, 0},
      {"a\xC3\xA9", 3, 3},
      {"a\xC3\xA9", 2, 1},
      {"a\xC3\xA9z", 3, 3},
      {"a\xF0\x9F\x98\x80", 4, 1},
      {"a\xF0\x9F\x98\x80", 2, 1},
      {"\xC3\xA9", 1, 0},
      {"\x80\x80\x80\x80\x80\x80", 5, 5},
  };
  for (const auto& row : rows) EXPECT_EQ(base::cut_utf8(row.text, row.limit).size(), row.left) << row.text;
}

}  // namespace
}  // namespace utf8_test

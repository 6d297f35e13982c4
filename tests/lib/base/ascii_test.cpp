#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace ascii_test {
namespace {

TEST(Ascii, ParsesNumbersUpToTheLimit) {
  struct Case {
    const char* text;
    std::uint64_t most;
    std::optional<std::uint64_t> value;
  };
  const Case cases[] = {
      {"0", 10, 0},
      {"10", 10, 10},
      {"11", 10, std::nullopt},
      {"18446744073709551615", UINT64_MAX, UINT64_MAX},
      {"18446744073709551616", UINT64_MAX, std::nullopt},
      {"", 10, std::nullopt},
      {"-1", 10, std::nullopt},
      {"1 ", 10, std::nullopt},
      {"5", 3, std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(base::parse_number(c.text, c.most), c.value) << c.text;
}

TEST(Ascii, AnOctetOver127IsFoundAtEveryPlace) {
  for (std::size_t length = 0; length < 20; ++length) {
    std::string text(length, '\x7f');
    EXPECT_FALSE(base::has_8bit(text));
    for (auto& c : text) {
      c = '\x80';
      EXPECT_TRUE(base::has_8bit(text)) << length;
      c = '\x7f';
    }
  }
}

TEST(Ascii, PrintableEscapesWhatCouldForgeALogLine) {
  EXPECT_EQ(base::printable("a\r\nb\tc\\"), "a\\r\\nb\\tc\\\\");
  EXPECT_EQ(base::printable(std::string_view("\0\x1b[31m", 6)), "\\x00\\x1b[31m");
  EXPECT_EQ(base::printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(base::printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(base::printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(base::printable("abcdef", 3), "abc...");
}

TEST(Ascii, VisibleLinesAreObeyedByNoTerminal) {
  std::string out = "a";
  base::put_visible("\\b\tc\n\x1b[31m\r\xc3\xbc\xc2\x9b\xe2\x80\xae\xff\n", out);
  EXPECT_EQ(out, "a\\b\tc\n\\x1b[31m\\r\xc3\xbc\\xc2\\x9b\\xe2\\x80\\xae\\xff\n");
}

TEST(Ascii, WordsAreWhatBlanksPart) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(base::words("  /bin/x \t-a \"b c\"\n"), (Words{"/bin/x", "-a", "\"b", "c\""}));
  EXPECT_EQ(base::words(" \t"), Words());
}

TEST(Ascii, TrimsAndCompares) {
  EXPECT_EQ(base::trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(base::trim(" "), "");
  EXPECT_TRUE(base::iequals("HeLo", "hElO"));
  EXPECT_FALSE(base::iequals("helo", "hel"));
  EXPECT_TRUE(base::istarts_with("MAIL FROM:", "mail "));
}

}  // namespace
}  // namespace ascii_test

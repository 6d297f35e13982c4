#include "imap/names.hpp"

#include <gtest/gtest.h>

namespace names_test {
namespace {

TEST(Names, CountAsTheyCome) {
  imap::Names names;
  EXPECT_EQ(names.number("a"), 0u);
  EXPECT_EQ(names.number(""), 1u);
  EXPECT_EQ(names.number("a"), 0u);
  EXPECT_EQ(names.number(std::string_view("a\0", 2)), 2u);
  EXPECT_EQ(names.number("a longer one than that"), 3u);
  EXPECT_EQ(names.size(), 4u);
  EXPECT_EQ(names[0], "a");
  EXPECT_EQ(names[1], "");
  EXPECT_EQ(names[2], std::string_view("a\0", 2));
  EXPECT_EQ(names[3], "a longer one than that");
}

// All that differ in one place alone, of every length, through many more places than there are at first.
TEST(Names, TellApartWhateverIsNotTheSame) {
  imap::Names names;
  std::uint32_t count = 0;
  for (std::size_t length = 1; length < 70; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char c : {'b', 'c', '\0', '\xff'}) {
        std::string text(length, 'a');
        text[at] = c;
        EXPECT_EQ(names.number(text), count);
        EXPECT_EQ(names[count], text);
        ++count;
      }
    }
  }
  EXPECT_EQ(names.number("b"), 0u);
  EXPECT_EQ(names[0], "b");
  EXPECT_EQ(names.size(), count);
}

}  // namespace
}  // namespace names_test

#include "maildir/bare_lines.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace {

TEST(BareLines, AreCountedAtEveryPlace) {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 200; ++length) {
    for (int i = 0; i < 20; ++i) {
      std::string text;
      while (text.size() < length) text += "\r\n\nx"[random() % 4];
      for (const char before : {'\0', '\r'}) {
        std::size_t expected = 0;
        for (std::size_t at = 0; at < length; ++at)
          expected += text[at] == '\n' && (at == 0 ? before : text[at - 1]) != '\r' ? 1 : 0;
        ASSERT_EQ(maildir::count_bare(text, before), expected) << length;
      }
    }
  }
}

TEST(BareLines, ManyAreNoMoreThanThereAre) {
  EXPECT_EQ(maildir::count_bare(std::string(100'001, '\n'), '\r'), 100'000u);
}

}  // namespace

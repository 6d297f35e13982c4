#include "base/line_ends.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace line_ends_test {
namespace {

TEST(LineEnds, BareOnesAreCountedAtEveryPlace) {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 200; ++length) {
    for (int i = 0; i < 20; ++i) {
      std::string text;
      while (text.size() < length) text += "\r\n\nx"[random() % 4];
      for (const char before : {'\0', '\r'}) {
        std::size_t expected = 0;
        for (std::size_t at = 0; at < length; ++at)
          expected += text[at] == '\n' && (at == 0 ? before : text[at - 1]) != '\r' ? 1 : 0;
        ASSERT_EQ(base::count_bare(text, before), expected) << length;
        ASSERT_EQ(base::count_line_feeds(text), std::count(text.begin(), text.end(), '\n')) << length;
      }
    }
  }
}

TEST(LineEnds, TheFirstIsFoundAtEveryPlace) {
  for (std::size_t length = 0; length < 70; ++length) {
    for (std::size_t place = 0; place <= length; ++place) {
      for (const char end : {'\r', '\n'}) {
        std::string text(length, '\x8d');
        if (place < length) text[place] = end;
        ASSERT_EQ(base::find_line_end(text), place) << length;
        text += "\r\n";
        ASSERT_EQ(base::find_line_end(text), place) << length;
      }
    }
  }
}

TEST(LineEnds, ManyBareOnesAreNoMoreThanThereAre) {
  EXPECT_EQ(base::count_bare(std::string(100'001, '\n'), '\r'), 100'000u);
  EXPECT_EQ(base::count_line_feeds(std::string(100'001, '\n')), 100'001u);
}

}  // namespace
}  // namespace line_ends_test

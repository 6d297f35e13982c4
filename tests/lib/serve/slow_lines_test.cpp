#include "serve/slow_lines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace slow_lines_test {
namespace {

using serve::SlowLines;

TEST(SlowLines, AreThoseThatTookLongForTenMinutes) {
  SlowLines slow;
  slow.note("a", SlowLines::long_time - 1, 1000);
  EXPECT_FALSE(slow.contains("a", 1000));
  slow.note("a", SlowLines::long_time, 1000);
  EXPECT_TRUE(slow.contains("a", 1000));
  EXPECT_FALSE(slow.contains("b", 1000));
  EXPECT_TRUE(slow.contains("a", 600'999));
  EXPECT_FALSE(slow.contains("a", 601'000));
}

TEST(SlowLines, OneThatIsQuickAgainIsNone) {
  SlowLines slow;
  slow.note("a", 5000, 1000);
  slow.note("a", 1, 2000);
  EXPECT_FALSE(slow.contains("a", 2000));
}

// Whoever has many users must not make them many here; what is over makes room.
TEST(SlowLines, AreNoMoreThanAThousand) {
  SlowLines slow;
  for (int i = 0; i < 1000; ++i) slow.note(std::to_string(i), 5000, 1000);
  slow.note("more", 5000, 1000);
  EXPECT_FALSE(slow.contains("more", 1000));
  EXPECT_TRUE(slow.contains("999", 1000));
  slow.note("later", 5000, 601'000);
  EXPECT_TRUE(slow.contains("later", 601'000));
}

}  // namespace
}  // namespace slow_lines_test

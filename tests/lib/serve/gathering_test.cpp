#include "serve/gathering.hpp"

#include <gtest/gtest.h>

namespace gathering_test {
namespace {

using serve::Gathering;

class GatheringTest : public testing::Test {
 protected:
  /// One message comes, and nothing else is there.
  bool lets_through(std::uint64_t now, std::size_t waiting = 1) {
    gathering_.look(waiting, now);
    const bool out = gathering_.is_open();
    gathering_.close();
    return out;
  }
  void use_up(std::uint64_t now) {
    for (std::uint64_t i = 0; i < Gathering::at_once; ++i) EXPECT_TRUE(lets_through(now)) << i;
  }
  Gathering gathering_;
};

TEST_F(GatheringTest, LetsThroughWhatComesNowAndThen) {
  for (std::uint64_t now = 0; now < 10'000; now += Gathering::longest) EXPECT_TRUE(lets_through(now)) << now;
}

TEST_F(GatheringTest, KeepsWhatComesInARowForAFewMilliseconds) {
  use_up(500);
  EXPECT_FALSE(lets_through(500));
  EXPECT_EQ(gathering_.next_time(), 500 + Gathering::longest);
  EXPECT_FALSE(lets_through(500 + Gathering::longest - 1));
  EXPECT_TRUE(lets_through(500 + Gathering::longest));
  EXPECT_FALSE(lets_through(500 + Gathering::longest));
}

TEST_F(GatheringTest, LetsThroughInARowAgainAfterAPause) {
  use_up(500);
  use_up(500 + Gathering::at_once * Gathering::longest);
}

TEST_F(GatheringTest, NeedsNoTimeWhereEnoughIsThere) {
  use_up(500);
  EXPECT_FALSE(lets_through(500, Gathering::enough - 1));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(lets_through(500, Gathering::enough));
  // Nobody who comes later waits longer for that.
  EXPECT_EQ(gathering_.next_time(), 500 + Gathering::longest);
}

TEST_F(GatheringTest, StaysOpenUntilItIsClosed) {
  use_up(500);
  gathering_.look(Gathering::enough, 500);
  gathering_.look(1, 500);
  EXPECT_TRUE(gathering_.is_open());
  gathering_.close();
  gathering_.look(1, 500);
  EXPECT_FALSE(gathering_.is_open());
}

TEST_F(GatheringTest, AClockThatIsSetBackMakesNobodyWaitLonger) {
  use_up(1'000'000);
  EXPECT_FALSE(lets_through(10));
  EXPECT_EQ(gathering_.next_time(), 10 + Gathering::longest);
}

}  // namespace
}  // namespace gathering_test

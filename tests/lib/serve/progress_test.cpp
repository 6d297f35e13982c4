#include "serve/progress.hpp"

#include <gtest/gtest.h>

namespace progress_test {
namespace {

TEST(Progress, IsSilentForASecondAndThenSpeaksFiveTimesASecond) {
  serve::Progress progress(5'000'000);
  EXPECT_EQ(progress.advance(1'000'000, 100'000'000, 5'999'999), "");
  EXPECT_EQ(progress.finish(), "");
  EXPECT_EQ(progress.advance(12'345'678, 100'000'000, 6'000'000), "\r12.3 MB of 100.0 MB, 12 %");
  EXPECT_EQ(progress.advance(13'000'000, 100'000'000, 6'199'999), "");
  EXPECT_EQ(progress.advance(13'000'000, 100'000'000, 6'200'000), "\r13.0 MB of 100.0 MB, 13 %");
  EXPECT_EQ(progress.finish(), "\r" + std::string(25, ' ') + "\r");
  EXPECT_EQ(progress.finish(), "");
}

TEST(Progress, ALongerLineLeavesNothingBehind) {
  serve::Progress progress(0);
  EXPECT_EQ(progress.advance(100'000'000, 0, 1'000'000), "\r100.0 MB");
  EXPECT_EQ(progress.advance(1'000'000, 0, 2'000'000), "\r1.0 MB  ");
}

TEST(Progress, AFileThatGrowsOrIsSmall) {
  serve::Progress progress(0);
  EXPECT_EQ(progress.advance(300'000, 200'000, 1'000'000), "\r0.3 MB of 0.3 MB, 100 %");
  EXPECT_EQ(progress.advance(0, 1, 2'000'000), "\r0.0 MB of 0.0 MB, 0 %  ");
  EXPECT_EQ(progress.advance(1, 1, 3'000'000), "\r0.0 MB of 0.0 MB, 100 %");
}

}  // namespace
}  // namespace progress_test

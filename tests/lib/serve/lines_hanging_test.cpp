// Hosts from which nothing comes: which shares count as hanging, what is given no more, and who goes first.
#include <gtest/gtest.h>

#include "serve/lines.hpp"

namespace lines_hanging_test {
namespace {

using serve::Fortune;
using serve::Lines;
using serve::Way;

const Lines::Traits plain = {0, [](std::uint64_t) { return false; }};

class HangingLines : public testing::Test {
 protected:
  std::string take(Way way, std::uint64_t now) {
    const auto share = lines_.next(way, now, plain);
    return share ? share->line : "none";
  }
  void add(const std::string& line, std::uint64_t now, bool put_off = false) {
    lines_.add(line, {put_off ? 5U : 0U, ++last_, serve::Waiting::never, put_off}, now);
  }
  void answer(const std::string& line, std::uint64_t now) {
    add(line, now);
    ASSERT_EQ(take(Way::unknown, now), line);
    lines_.finish(line, Fortune::good, now);
  }
  std::size_t hanging(Way way) const { return lines_.out().hanging[static_cast<std::size_t>(way)]; }

  Lines lines_ = Lines({4, 2, 1000, 8000, true, {}});
  std::uint64_t last_ = 0;
};

TEST_F(HangingLines, AHostThatWasNeverAskedHangsAfterASecond) {
  add("a.test", 0);
  add("b.test", 0);
  ASSERT_EQ(take(Way::unknown, 0), "a.test");
  ASSERT_EQ(take(Way::unknown, 500), "b.test");
  lines_.wake_up(999);
  EXPECT_EQ(hanging(Way::unknown), 0u);
  lines_.wake_up(1000);
  EXPECT_EQ(hanging(Way::unknown), 1u);
  lines_.wake_up(1500);
  EXPECT_EQ(hanging(Way::unknown), 2u);
  EXPECT_EQ(lines_.at_work(Way::unknown), 2u);
  lines_.finish("a.test", Fortune::trouble, 1600);
  EXPECT_EQ(hanging(Way::unknown), 1u);
  lines_.finish("b.test", Fortune::unknown, 1600);
  EXPECT_EQ(hanging(Way::unknown), 0u);
  EXPECT_EQ(lines_.at_work(Way::unknown), 0u);
}

TEST_F(HangingLines, SoDoHostsThatWereInTroubleOrWhoseMailWasPutOff) {
  add("old.test", 0, true);
  add("down.test", 0);
  ASSERT_EQ(take(Way::unknown, 0), "down.test");
  add("down.test", 0);
  lines_.finish("down.test", Fortune::trouble, 0);
  ASSERT_EQ(take(Way::retried, 1000), "old.test");
  ASSERT_EQ(take(Way::doubtful, 1000), "down.test");
  lines_.wake_up(2000);
  EXPECT_EQ(hanging(Way::retried), 1u);
  EXPECT_EQ(hanging(Way::doubtful), 1u);
  lines_.finish("old.test", Fortune::trouble, 3000);
  lines_.finish("down.test", Fortune::good, 3000);
  EXPECT_EQ(hanging(Way::retried) + hanging(Way::doubtful), 0u);
}

TEST_F(HangingLines, SomebodyWakesUpForThatOnlyWhereOthersWait) {
  add("a.test", 0);
  ASSERT_EQ(take(Way::unknown, 0), "a.test");
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  add("b.test", 10);
  EXPECT_EQ(lines_.next_time(), 1000u);
  lines_.wake_up(1000);
  // Once: nothing else happens by itself.
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  ASSERT_EQ(take(Way::unknown, 1000), "b.test");
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  // Local mail that waits may have its place as well.
  lines_.add("@bob", {0, 99}, 1000);
  EXPECT_EQ(lines_.next_time(), 2000u);
}

TEST_F(HangingLines, AHostThatNeverAnsweredGetsNoSecondOneWhileItHangs) {
  add("a.test", 0);
  ASSERT_EQ(take(Way::unknown, 0), "a.test");
  add("a.test", 500);
  add("a.test", 1500);
  lines_.wake_up(1500);
  EXPECT_EQ(take(Way::unknown, 1500), "none");
  EXPECT_FALSE(lines_.is_free("a.test", 1500));
  lines_.finish("a.test", Fortune::good, 2000);
  EXPECT_EQ(take(Way::elsewhere, 2000), "a.test");
}

TEST_F(HangingLines, AHostThatAnsweredIsWaitedForLongerAndGetsMoreAllTheSame) {
  answer("a.test", 0);
  add("a.test", 0);
  ASSERT_EQ(take(Way::elsewhere, 0), "a.test");
  lines_.wake_up(9999);
  EXPECT_EQ(hanging(Way::elsewhere), 0u);
  lines_.wake_up(10'000);
  EXPECT_EQ(hanging(Way::elsewhere), 1u);
  add("a.test", 10'000);
  ASSERT_EQ(take(Way::elsewhere, 10'000), "a.test");
  EXPECT_EQ(hanging(Way::elsewhere), 2u);
  // What comes back says that the others may, too.
  lines_.finish("a.test", Fortune::good, 11'000);
  EXPECT_EQ(hanging(Way::elsewhere), 0u);
  EXPECT_EQ(lines_.at_work(Way::elsewhere), 1u);
  lines_.wake_up(20'999);
  EXPECT_EQ(hanging(Way::elsewhere), 0u);
  lines_.wake_up(21'000);
  EXPECT_EQ(hanging(Way::elsewhere), 1u);
  lines_.finish("a.test", Fortune::trouble, 30'000);
  EXPECT_EQ(hanging(Way::elsewhere), 0u);
}

TEST_F(HangingLines, ThatOneShareComesBackInTroubleDoesNotSayThatTheOthersDoNotHang) {
  answer("a.test", 0);
  for (int i = 0; i < 120; ++i) add("a.test", 0);
  while (take(Way::elsewhere, 0) != "none") continue;
  ASSERT_EQ(lines_.at_work(Way::elsewhere), 2u);
  lines_.wake_up(10'000);
  lines_.finish("a.test", Fortune::trouble, 10'000);
  EXPECT_EQ(hanging(Way::elsewhere), 1u);
  lines_.finish("a.test", Fortune::trouble, 10'000);
  EXPECT_EQ(hanging(Way::elsewhere), 0u);
}

TEST_F(HangingLines, ThatAHostAnsweredIsRememberedWhileNothingWaitsForIt) {
  answer("a.test", 0);
  EXPECT_EQ(lines_.size(), 0u);
  add("a.test", 5000);
  EXPECT_EQ(take(Way::unknown, 5000), "none");
  EXPECT_EQ(take(Way::elsewhere, 5000), "a.test");
  // Until it does not answer.
  lines_.finish("a.test", Fortune::trouble, 5000);
  for (int i = 0; i < 3; ++i) lines_.tidy(1'000'000);
  ASSERT_EQ(lines_.size(), 0u);
  add("a.test", 1'000'000);
  EXPECT_EQ(take(Way::elsewhere, 1'000'000), "none");
  EXPECT_EQ(take(Way::unknown, 1'000'000), "a.test");
}

TEST_F(HangingLines, TheNewestOfVeryManyHasEveryOtherTurn) {
  for (int i = 0; i < 1000; ++i) add(std::to_string(i) + ".test", 0);
  EXPECT_EQ(take(Way::unknown, 0), "0.test");
  add("new.test", 1);
  EXPECT_EQ(take(Way::unknown, 1), "new.test");
  EXPECT_EQ(take(Way::unknown, 1), "1.test");
  EXPECT_EQ(take(Way::unknown, 1), "999.test");
  EXPECT_EQ(take(Way::unknown, 1), "2.test");
}

TEST_F(HangingLines, NewMailForOneInTheMiddleMakesItTheNewestAndItKeepsItsPlace) {
  for (int i = 0; i < 1000; ++i) add(std::to_string(i) + ".test", 0);
  add("1.test", 1);
  add("500.test", 1);
  EXPECT_EQ(take(Way::unknown, 1), "0.test");
  EXPECT_EQ(take(Way::unknown, 1), "500.test");
  EXPECT_EQ(take(Way::unknown, 1), "1.test");
  EXPECT_EQ(take(Way::unknown, 1), "999.test");
  // What is not there any more is nobody's newest.
  lines_.withdraw("998.test", {0, 999}, 1);
  EXPECT_EQ(take(Way::unknown, 1), "2.test");
  EXPECT_EQ(take(Way::unknown, 1), "997.test");
}

TEST_F(HangingLines, OnlyWhatWasNeverTriedIsTheFirstForItsHost) {
  add("a.test", 0);
  EXPECT_TRUE(lines_.next(Way::unknown, 0, plain).value().first);
  add("b.test", 0);
  add("b.test", 0, true);
  EXPECT_FALSE(lines_.next(Way::unknown, 0, plain).value().first);
  add("c.test", 0, true);
  EXPECT_FALSE(lines_.next(Way::retried, 0, plain).value().first);
  // Whoever gives up now had better ask with patience.
  lines_.add("d.test", {0, ++last_}, 0);
  lines_.add("d.test", {0, ++last_, 7}, 0);
  EXPECT_FALSE(lines_.next(Way::unknown, 0, {7, plain.alone}).value().first);
  lines_.add("e.test", {0, ++last_, 7}, 0);
  EXPECT_TRUE(lines_.next(Way::unknown, 0, {6, plain.alone}).value().first);
  lines_.finish("a.test", Fortune::good, 0);
  add("a.test", 0);
  EXPECT_FALSE(lines_.next(Way::elsewhere, 0, plain).value().first);
  add("b.test", 0);
  lines_.finish("b.test", Fortune::trouble, 0);
  EXPECT_FALSE(lines_.next(Way::doubtful, 1000, plain).value().first);
}

TEST_F(HangingLines, NothingIsCountedForWhatIsNoMore) {
  for (int i = 0; i < 50; ++i) add(std::to_string(i) + ".test", 0);
  while (take(Way::unknown, 0) != "none") continue;
  lines_.wake_up(2000);
  EXPECT_EQ(hanging(Way::unknown), 50u);
  lines_.clear();
  for (int i = 0; i < 50; ++i)
    lines_.finish(std::to_string(i) + ".test", i % 2 == 0 ? Fortune::good : Fortune::unknown, 3000);
  for (const auto way : serve::every_way) EXPECT_EQ(hanging(way) + lines_.at_work(way), 0u);
  EXPECT_EQ(lines_.size(), 0u);
  lines_.wake_up(100'000);
}

TEST_F(HangingLines, VeryManyThatAreReadyAreLeftAsQuicklyAsFew) {
  constexpr int many = 100'000;
  const auto name = [](int host) { return std::to_string(host) + ".test"; };
  for (int host = 0; host < many; ++host) lines_.add(name(host), {5, 1, serve::Waiting::never, true}, 0);
  // Each leaves the others, from the middle on: this would take minutes if they were looked through.
  for (int i = 0; i < many; ++i) lines_.add(name((i + many / 2) % many), {0, 2}, 0);
  EXPECT_FALSE(lines_.is_ready(Way::retried));
  for (int i = 0; i < many; ++i) {
    lines_.withdraw(name((i + many / 2) % many), {5, 1, serve::Waiting::never, true}, 0);
    lines_.withdraw(name((i + many / 2) % many), {0, 2}, 0);
  }
  EXPECT_EQ(lines_.size(), 0u);
  EXPECT_FALSE(lines_.is_ready(Way::unknown));
}

}  // namespace
}  // namespace lines_hanging_test

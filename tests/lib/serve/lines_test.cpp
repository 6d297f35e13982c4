#include "serve/lines.hpp"

#include <gtest/gtest.h>

namespace lines_test {
namespace {

using serve::Fortune;
using serve::Gathering;
using serve::Lines;
using serve::Way;

const Lines::Traits plain = {0, [](std::uint64_t) { return false; }};

serve::LineLimits limits() {
  return {4, 2, 1000, 8000, true, {}};
}

class LinesTest : public testing::Test {
 protected:
  void fill(const std::string& line, std::uint64_t count) {
    for (std::uint64_t id = 0; id < count; ++id) lines_.add(line, {0, id}, 0);
  }
  /// How many shares of that way are to be had.
  std::size_t take(Way way, std::uint64_t now = 0) {
    std::size_t out = 0;
    while (lines_.next(way, now, plain)) ++out;
    return out;
  }
  /// For hosts that answer, or of which nothing is known.
  std::size_t take(std::uint64_t now = 0) { return take(Way::elsewhere, now) + take(Way::unknown, now); }
  std::optional<serve::Share> next(std::uint64_t now = 0, const Lines::Traits& traits = plain) {
    auto known = lines_.next(Way::elsewhere, now, traits);
    return known ? known : lines_.next(Way::unknown, now, traits);
  }
  /// mx.test gets five messages a second; two wait, and the first has found it in trouble.
  bool pauses_with_a_rate() {
    auto slow = limits();
    slow.rates = *serve::SendRates::parse({"mx.test 5/1"});
    lines_.set_limits(slow);
    fill("mx.test:25", 3);
    if (!next()) return false;
    lines_.finish("mx.test:25", Fortune::trouble, 0);
    return true;
  }
  Lines lines_ = Lines(limits());
};

TEST_F(LinesTest, AHostGetsMoreAtOnceAsItTakesThem) {
  fill("mx.test:25", 5000);
  EXPECT_EQ(take(), 2u);
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_EQ(take(), 2u);
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_EQ(take(), 2u);
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_EQ(take(), 1u);
  EXPECT_EQ(lines_.at_work(Way::elsewhere), 4u);
  EXPECT_EQ(lines_.at_work(Way::here), 0u);
}

TEST_F(LinesTest, ALineIsFreeWhereWhatIsAddedGoesAtOnce) {
  EXPECT_TRUE(lines_.is_free("mx.test:25", 0));
  fill("mx.test:25", 1);
  EXPECT_FALSE(lines_.is_free("mx.test:25", 0));
  EXPECT_EQ(take(), 1u);
  EXPECT_TRUE(lines_.is_free("mx.test:25", 0));
  fill("mx.test:25", 1);
  EXPECT_EQ(take(), 1u);
  EXPECT_FALSE(lines_.is_free("mx.test:25", 0));
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_TRUE(lines_.is_free("mx.test:25", 0));
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_FALSE(lines_.is_free("mx.test:25", 0));
}

TEST_F(LinesTest, ALineIsSlowWhereTheLastOneTookLongOrSomethingIsOutForLong) {
  fill("@carl", 20);
  ASSERT_TRUE(lines_.next(Way::here, 0, plain));
  EXPECT_FALSE(lines_.is_slow("@carl", 999));
  EXPECT_TRUE(lines_.is_slow("@carl", 1000));
  lines_.finish("@carl", Fortune::good, 1000);
  EXPECT_TRUE(lines_.is_slow("@carl", 600'999));
  EXPECT_FALSE(lines_.is_slow("@carl", 601'000));
  EXPECT_FALSE(lines_.is_slow("@alice", 2000));
  ASSERT_TRUE(lines_.next(Way::here, 2000, plain));
  lines_.finish("@carl", Fortune::good, 2999);
  EXPECT_FALSE(lines_.is_slow("@carl", 2999));
}

TEST_F(LinesTest, AHostThatRefusesOneMoreGetsNoMoreForAWhile) {
  fill("mx.test:25", 5000);
  EXPECT_EQ(take(), 2u);
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_EQ(take(), 0u);
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_EQ(take(), 1u);
  lines_.finish("mx.test:25", Fortune::good, 700'000);
  EXPECT_EQ(take(700'000), 2u);
}

TEST_F(LinesTest, AHostThatIsDownIsAskedRarelyAndAboutOneMessage) {
  fill("mx.test:25", 100);
  auto share = next();
  ASSERT_TRUE(share);
  EXPECT_EQ(share->ids.size(), 50u);
  std::uint64_t now = 0;
  for (const std::uint64_t pause : {1000, 2000, 4000, 8000, 8000}) {
    lines_.finish("mx.test:25", Fortune::trouble, now);
    EXPECT_FALSE(lines_.next(Way::doubtful, now + pause - 1, plain));
    EXPECT_FALSE(next(now + pause - 1));
    EXPECT_EQ(lines_.next_time(), now + pause);
    now += pause;
    EXPECT_FALSE(next(now));
    share = lines_.next(Way::doubtful, now, plain);
    ASSERT_TRUE(share);
    EXPECT_EQ(lines_.at_work(Way::doubtful), 1u);
    EXPECT_EQ(share->ids.size(), 1u);
    EXPECT_FALSE(share->whole);
    EXPECT_FALSE(lines_.next(Way::doubtful, now, plain));
  }
  lines_.finish("mx.test:25", Fortune::good, now);
  share = next(now);
  ASSERT_TRUE(share);
  EXPECT_GT(share->ids.size(), 10u);
}

TEST_F(LinesTest, AHostThatIsBackGetsAsMuchAsAnyOther) {
  fill("mx.test:25", 5000);
  EXPECT_EQ(take(), 2u);
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_EQ(lines_.next_time(), 1000u);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(lines_.next(i == 0 ? Way::doubtful : Way::elsewhere, 1000, plain));
    lines_.finish("mx.test:25", Fortune::good, 1000);
    EXPECT_EQ(lines_.at_work(Way::doubtful) + lines_.at_work(Way::elsewhere), 0u);
  }
  EXPECT_EQ(take(1000), 4u);
}

TEST_F(LinesTest, APauseEndsWhenSomebodyAsks) {
  fill("mx.test:25", 100);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  lines_.lift("other.test:25", 10);
  EXPECT_FALSE(lines_.next(Way::doubtful, 10, plain));
  lines_.lift("mx.test:25", 10);
  EXPECT_TRUE(lines_.next(Way::doubtful, 10, plain));
  EXPECT_EQ(lines_.next_time(), std::nullopt);
}

TEST_F(LinesTest, APauseEndsWhereThereIsARateAndTheRateIsKept) {
  auto wanted = limits();
  wanted.rates = serve::SendRates::parse({"mx.test 2/1"}).value();
  wanted.pause = 8000;
  lines_.set_limits(wanted);
  fill("mx.test:25", 100);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_EQ(lines_.next_time(), 8000U);
  lines_.lift("mx.test:25", 1000);
  EXPECT_EQ(lines_.next_time(), 1500U);
  lines_.lift("mx.test:25", 1200);
  EXPECT_EQ(lines_.next_time(), 1500U);
  EXPECT_FALSE(lines_.next(Way::doubtful, 1499, plain));
  EXPECT_TRUE(lines_.next(Way::doubtful, 1500, plain));
}

TEST_F(LinesTest, ADeadHostHoldsUpNobody) {
  fill("dead.test:25", 100);
  ASSERT_TRUE(next());
  lines_.finish("dead.test:25", Fortune::trouble, 0);
  fill("mx.test:25", 1);
  const auto share = next();
  ASSERT_TRUE(share);
  EXPECT_EQ(share->line, "mx.test:25");
}

TEST_F(LinesTest, HostsOfWhichAllWasPutOffDoNotComeBeforeWhatIsNew) {
  const auto old = [](std::uint64_t id) { return serve::Waiting{5, id, serve::Waiting::never, true}; };
  for (const auto* line : {"one.test:25", "two.test:25"}) {
    lines_.add(line, old(1), 0);
    lines_.add(line, old(2), 0);
  }
  EXPECT_EQ(take(), 0u);
  // What is new does not wait for the others' turn, which the same line had.
  lines_.add("one.test:25", {0, 3}, 0);
  EXPECT_EQ(take(Way::unknown), 1u);
  EXPECT_EQ(take(Way::retried), 1u);
  EXPECT_EQ(lines_.at_work(Way::retried), 1u);
  // A host that has answered is one like any other.
  lines_.add("two.test:25", old(3), 0);
  lines_.finish("two.test:25", Fortune::good, 0);
  EXPECT_EQ(lines_.at_work(Way::retried), 0u);
  EXPECT_EQ(take(Way::retried), 0u);
  EXPECT_EQ(take(Way::elsewhere), 1u);
  lines_.finish("two.test:25", Fortune::trouble, 0);
  lines_.finish("one.test:25", Fortune::good, 0);
  for (const auto way : serve::every_way) EXPECT_EQ(lines_.at_work(way), 0u);
  // Its line does not wait among the others any longer, whose hosts may hang.
  for (std::uint64_t id = 1; id < 150; ++id) lines_.add("three.test:25", old(id), 0);
  ASSERT_TRUE(lines_.next(Way::retried, 0, plain));
  lines_.finish("three.test:25", Fortune::good, 0);
  EXPECT_GT(take(Way::elsewhere), 0u);
  // Nor is it where each message has its turn.
  auto impatient = limits();
  impatient.patient = false;
  lines_ = Lines(impatient);
  lines_.add("one.test:25", old(1), 0);
  EXPECT_EQ(take(Way::unknown), 1u);
}

TEST_F(LinesTest, ALineWhoseWayChangesToAndFroIsReadyOnce) {
  const serve::Waiting old = {5, 1, serve::Waiting::never, true};
  lines_.add("mx.test:25", {0, 2}, 0);
  lines_.add("mx.test:25", old, 0);
  lines_.withdraw("mx.test:25", {0, 2}, 0);
  lines_.add("mx.test:25", {0, 3}, 0);
  lines_.withdraw("mx.test:25", old, 0);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::good, 0);
  // Nothing leads to what is no more.
  EXPECT_EQ(lines_.size(), 0u);
  for (const auto way : serve::every_way) EXPECT_EQ(take(way), 0u);
}

TEST_F(LinesTest, WhatIsUrgentGoesToAHostThatIsDownAsWell) {
  fill("mx.test:25", 100);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  for (const std::uint64_t id : {207, 217, 227}) lines_.add("mx.test:25", {0, id, 5000 + id}, 0);
  const auto share = lines_.next(Way::doubtful, 1000, {5217, plain.alone});
  ASSERT_TRUE(share);
  EXPECT_EQ(share->ids, (std::vector<std::uint64_t>{207, 217}));
  EXPECT_TRUE(share->whole);
  EXPECT_EQ(lines_.waiting(), 51u);
}

TEST_F(LinesTest, WhatIsUrgentAndGoesAloneDoesSo) {
  fill("mx.test:25", 3);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  for (const std::uint64_t id : {7, 8, 9}) lines_.add("mx.test:25", {0, id, id}, 0);
  const Lines::Traits traits = {100, [](std::uint64_t id) { return id == 8; }};
  std::vector<std::vector<std::uint64_t>> seen;
  for (std::uint64_t now = 100'000; lines_.waiting() > 0; now += 100'000) {
    seen.push_back(lines_.next(Way::doubtful, now, traits).value().ids);
    lines_.finish("mx.test:25", Fortune::trouble, now);
  }
  EXPECT_EQ(seen, (std::vector<std::vector<std::uint64_t>>{{7}, {8}, {9}}));
}

TEST_F(LinesTest, WhatIsDueFirstGoesFirstAndWhatIsUrgentWhereTheHostIsDown) {
  const auto add = [&] {
    for (const std::uint64_t id : {1, 2, 3}) lines_.add("mx.test:25", {100 - id, id, 200 + id}, 0);
  };
  add();
  EXPECT_EQ(next().value().ids, (std::vector<std::uint64_t>{3, 2, 1}));
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  add();
  for (const std::uint64_t id : {1, 2})
    lines_.change_urgency("mx.test:25", {100 - id, id, 200 + id}, id == 2 ? 5 : 8U);
  EXPECT_EQ(lines_.next(Way::doubtful, 1000, {8, plain.alone}).value().ids,
            (std::vector<std::uint64_t>{2, 1}));
  EXPECT_EQ(lines_.waiting(), 1u);
}

TEST_F(LinesTest, ALineThatIsLeftByAllIsForgottenThoughItHadToWait) {
  const auto all = serve::SendRates::parse({"mx.test 1/1"}).value();
  auto wanted = limits();
  wanted.rates = all;
  lines_.set_limits(wanted);
  fill("mx.test:25", 3);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::good, 0);
  EXPECT_EQ(lines_.next_time(), 1000U);
  for (const std::uint64_t id : {1, 2}) lines_.withdraw("mx.test:25", {0, id}, 0);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  EXPECT_EQ(lines_.waiting(), 0u);
  lines_.withdraw("mx.test:25", {0, 2}, 0);
  EXPECT_EQ(lines_.waiting(), 0u);
  EXPECT_FALSE(next(1000));
}

TEST_F(LinesTest, WhatIsTakenInAPauseIsTakenOnce) {
  fill("mx.test:25", 60);
  EXPECT_FALSE(lines_.take_late("mx.test:25", {0, 55}, 0));
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_FALSE(lines_.take_late("mx.test:25", {0, 5}, 0));
  EXPECT_TRUE(lines_.take_late("mx.test:25", {0, 55}, 0));
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_FALSE(lines_.take_late("mx.test:25", {0, 55}, 0));
  EXPECT_EQ(lines_.waiting(), 9u);
}

TEST_F(LinesTest, AHostThatAnswersInItsPauseHasNoneAnyMore) {
  fill("mx.test:25", 3);
  ASSERT_TRUE(lines_.next(Way::unknown, 0, {0, [](std::uint64_t) { return true; }}));
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  ASSERT_TRUE(lines_.take_late("mx.test:25", {0, 1}, 10));
  lines_.finish("mx.test:25", Fortune::good, 20);
  EXPECT_EQ(take(Way::elsewhere, 20), 1u);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
}

TEST_F(LinesTest, AHostThatAnswersInItsPauseGetsNoMoreThanItsRate) {
  ASSERT_TRUE(pauses_with_a_rate());
  ASSERT_TRUE(lines_.take_late("mx.test:25", {0, 1}, 10));
  lines_.finish("mx.test:25", Fortune::good, 20);
  EXPECT_EQ(lines_.next_time(), 220u);
}

TEST_F(LinesTest, AHostThatAnswersRightAfterItsPauseGetsNoMoreThanItsRate) {
  ASSERT_TRUE(pauses_with_a_rate());
  lines_.wake_up(1500);
  ASSERT_TRUE(lines_.take_late("mx.test:25", {0, 1}, 1500));
  lines_.finish("mx.test:25", Fortune::good, 1520);
  EXPECT_EQ(take(Way::elsewhere, 1719), 0u);
  EXPECT_EQ(take(Way::elsewhere, 1720), 1u);
}

TEST_F(LinesTest, ManyPausesThatAreOverTogetherEndBitByBit) {
  constexpr std::size_t many = 2500;
  for (std::size_t i = 0; i < many; ++i) {
    const auto line = "host-" + std::to_string(i);
    lines_.add(line, {0, 1}, 0);
    ASSERT_TRUE(next());
    lines_.finish(line, Fortune::trouble, 0);
    lines_.add(line, {0, 2}, 0);
  }
  lines_.wake_up(1000);
  EXPECT_EQ(lines_.next_time(), 1000u);
  EXPECT_EQ(take(Way::doubtful, 1000), many);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
}

TEST_F(LinesTest, ALineThatMayGoBeforeItsPauseWasSeenToBeOverIsNotWaitedForAnyMore) {
  // Had it been waited for still, it would have been forgotten while wake_up() was to come to it.
  constexpr int hosts = 20'000;
  const auto name = [](int host) { return std::to_string(host) + ".test"; };
  for (int host = 0; host < hosts; ++host) {
    fill(name(host), 1);
    ASSERT_EQ(take(), 1U);
    fill(name(host), 2);
    lines_.finish(name(host), Fortune::trouble, 0);
  }
  for (int host = hosts; host-- > 0;) lines_.add(name(host), {0, 1}, 1000);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  for (int host = 0; host < hosts; ++host) {
    for (const auto way : {Way::doubtful, Way::elsewhere}) {
      const auto share = lines_.next(way, 1000, plain);
      ASSERT_TRUE(share);
      lines_.finish(share->line, Fortune::good, 1000);
    }
  }
  EXPECT_EQ(lines_.size(), 0U);
}

TEST_F(LinesTest, WithoutPatienceEveryMessageGetsItsTurn) {
  auto impatient = limits();
  impatient.patient = false;
  lines_ = Lines(impatient);
  fill("mx.test:25", 60);
  const auto share = next();
  ASSERT_TRUE(share);
  EXPECT_TRUE(share->whole);
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  EXPECT_EQ(next().value().ids.size(), 10u);
}

TEST_F(LinesTest, WhatAUsersInstructionsSayGoesAnotherWayThanHisMail) {
  auto wanted = limits();
  wanted.errands = 1;
  lines_.set_limits(wanted);
  const auto alice = serve::local_line("alice");
  fill(alice, 20);
  fill(serve::errand_line(alice), 10);
  fill(serve::errand_line(serve::local_line("bob")), 10);
  EXPECT_TRUE(serve::is_local(serve::errand_line(alice)));
  EXPECT_EQ(take(Way::here), 2u);
  EXPECT_EQ(take(Way::errands), 2u);
  EXPECT_EQ(lines_.at_work(Way::errands), 2u);
  lines_.finish(serve::errand_line(alice), Fortune::good, 0);
  EXPECT_EQ(lines_.at_work(Way::errands), 1u);
  EXPECT_EQ(lines_.at_work(Way::here), 2u);
  EXPECT_EQ(take(Way::errands), 1u);
}

TEST_F(LinesTest, OneUserDoesNotGetEveryChild) {
  fill(serve::local_line("alice"), 100);
  fill(serve::local_line("bob"), 1);
  fill(serve::local_line(), 100);
  const auto first = lines_.next(Way::here, 0, plain), second = lines_.next(Way::here, 0, plain);
  EXPECT_EQ(first.value().line, "@alice");
  EXPECT_EQ(second.value().line, "@bob");
  EXPECT_EQ(take(Way::here), 1u + 7u);
  lines_.finish("@alice", Fortune::good, 0);
  EXPECT_EQ(take(Way::here), 1u);
}

TEST_F(LinesTest, LocalMailThatComesOneAfterTheOtherIsGathered) {
  std::uint64_t id = 0;
  const auto come = [&](std::uint64_t now) { lines_.add(serve::local_line(), {0, id++}, now); };
  for (std::uint64_t i = 0; i < Gathering::at_once; ++i) {
    come(1000);
    EXPECT_EQ(take(Way::here, 1000), 1u);
  }
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  come(1000);
  lines_.add("mx.test:25", {0, 1000}, 1000);
  EXPECT_EQ(take(Way::here, 1000), 0u);
  EXPECT_EQ(take(1000), 1u);
  come(1007);
  EXPECT_EQ(take(Way::here, 1007), 0u);
  EXPECT_EQ(lines_.next_time(), 1000 + Gathering::longest);
  const auto share = lines_.next(Way::here, 1008, plain);
  ASSERT_TRUE(share);
  EXPECT_EQ(share->ids.size(), 2u);
  EXPECT_FALSE(lines_.next(Way::here, 1008, plain));
  // As many as one child gets do not wait for more.
  for (std::size_t i = 1; i < Gathering::enough; ++i) come(1008);
  EXPECT_EQ(take(Way::here, 1008), 0u);
  come(1008);
  EXPECT_EQ(take(Way::here, 1008), 1u);
  EXPECT_EQ(lines_.waiting(), 0u);
}

TEST_F(LinesTest, WhatWaitsForAChildIsGatheredNoLonger) {
  const auto name = serve::local_line();
  for (std::uint64_t id = 0; id < Gathering::at_once; ++id) {
    lines_.add(name, {0, id}, 0);
    ASSERT_EQ(take(Way::here), 1u);
  }
  lines_.add(name, {0, 100}, 0);
  EXPECT_EQ(lines_.next_time(), Gathering::longest);
  lines_.wake_up(Gathering::longest);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
  EXPECT_EQ(take(Way::here, Gathering::longest), 1u);
}

TEST_F(LinesTest, WhatHasGoneElsewhereIsNotCountedAsGathered) {
  const auto name = serve::local_line(), errand = serve::errand_line(name);
  for (std::uint64_t id = 0; id < Gathering::at_once; ++id) {
    lines_.add(name, {0, id}, 0);
    ASSERT_EQ(take(Way::here), 1u);
  }
  for (std::uint64_t id = 100; id < 100 + Gathering::enough; ++id) lines_.add(name, {0, id}, 0);
  lines_.withdraw(name, {0, 100}, 0);
  lines_.add(errand, {0, 200}, 0);
  EXPECT_EQ(take(Way::here), 0u);
  EXPECT_EQ(take(Way::errands), 1u);
  lines_.add(name, {0, 100}, 0);
  EXPECT_EQ(take(Way::here), 1u);
}

TEST_F(LinesTest, WhatMayNotGoEndsNoGathering) {
  const auto alice = serve::local_line("alice"), bob = serve::local_line("bob");
  fill(alice, 4 * Gathering::enough);
  EXPECT_EQ(take(Way::here), 2u);
  // All that she may have is out.
  for (std::uint64_t id = 0; id < Gathering::at_once; ++id) {
    lines_.add(bob, {0, id}, 1000);
    lines_.add(alice, {0, 1000 + id}, 1000);
    ASSERT_EQ(take(Way::here, 1000), 1u);
    lines_.finish(bob, Fortune::good, 1000);
  }
  lines_.add(bob, {0, 100}, 1000);
  EXPECT_EQ(take(Way::here, 1000), 0u);
  lines_.withdraw(alice, {0, 1000}, 1000);
  // Now she may have another.
  lines_.finish(alice, Fortune::good, 1000);
  EXPECT_EQ(take(Way::here, 1000), 2u);
  EXPECT_EQ(take(Way::here, 1000), 0u);
  lines_.clear();
  lines_.finish(alice, Fortune::good, 2000);
  for (std::uint64_t id = 1; id < Gathering::enough; ++id) lines_.add(bob, {0, id}, 1000);
  EXPECT_EQ(take(Way::here, 1000), 0u);
}

TEST_F(LinesTest, NothingIsGatheredWhereEverythingIsThere) {
  auto impatient = limits();
  impatient.patient = false;
  lines_ = Lines(impatient);
  for (std::uint64_t id = 0; id < 2 * Gathering::at_once; ++id) {
    lines_.add(serve::local_line(), {0, id}, 0);
    EXPECT_EQ(take(Way::here), 1u);
  }
}

TEST_F(LinesTest, WhatBroughtAChildDownGoesAlone) {
  fill("mx.test:25", 5);
  const Lines::Traits traits = {0, [](std::uint64_t id) { return id == 2; }};
  EXPECT_EQ(next(0, traits).value().ids, (std::vector<std::uint64_t>{0, 1}));
  EXPECT_EQ(next(0, traits).value().ids, (std::vector<std::uint64_t>{2}));
}

TEST_F(LinesTest, WhatWasNotBegunComesFirst) {
  fill("mx.test:25", 60);
  ASSERT_TRUE(next());
  lines_.finish("mx.test:25", Fortune::good, 0);
  for (const std::uint64_t id : {48, 49}) lines_.add("mx.test:25", {0, id}, 0);
  EXPECT_EQ(next().value().ids.at(0), 48u);
}

TEST_F(LinesTest, ARateIsKept) {
  auto limited = limits();
  limited.rates = serve::SendRates::parse({"mx.test 10/60"}).value();
  lines_ = Lines(limited);
  fill("mx.test:25", 100);
  std::uint64_t now = 0, sent = 0;
  for (; now < 60'000; now = lines_.next_time().value()) {
    const auto share = next(now);
    ASSERT_TRUE(share);
    sent += share->ids.size();
    lines_.finish("mx.test:25", Fortune::good, now);
    EXPECT_FALSE(next(now));
  }
  EXPECT_EQ(sent, 10u);
}

TEST_F(LinesTest, ARateThatIsHighIsKeptInSmallShares) {
  auto limited = limits();
  limited.rates = serve::SendRates::parse({"* 1000/1"}).value();
  lines_ = Lines(limited);
  fill("example.test", 1000);
  EXPECT_EQ(next().value().ids.size(), 50u);
  EXPECT_FALSE(next(49));
  EXPECT_TRUE(next(50));
}

TEST_F(LinesTest, ALineThatIsForgottenIsNotWaitedFor) {
  auto limited = limits();
  limited.rates = serve::SendRates::parse({"mx.test 2/1"}).value();
  lines_ = Lines(limited);
  fill("mx.test:25", 2);
  const auto share = next();
  ASSERT_EQ(share.value().ids.size(), 1u);
  EXPECT_EQ(lines_.next_time(), 500u);
  // Down until later than its rate says; then nothing holds it any more.
  lines_.finish("mx.test:25", Fortune::trouble, 0);
  lines_.set_limits(limits());
  lines_.lift("mx.test:25", 10);
  ASSERT_TRUE(lines_.next(Way::doubtful, 10, plain));
  lines_.finish("mx.test:25", Fortune::good, 10);
  EXPECT_EQ(lines_.next_time(), std::nullopt);
}

}  // namespace
}  // namespace lines_test

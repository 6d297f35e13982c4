#include "serve/agenda.hpp"

#include <malloc.h>

#include "agenda_site.hpp"

namespace agenda_test {
namespace {

TEST_F(AgendaTest, TheTimeThatASenderGaveItIsKeptWhileItsHostHasAPause) {
  const auto first = put("x@far.test");
  look();
  ASSERT_EQ(next(), Entries{first});
  remove(first);
  finish({1, {}, Fortune::trouble});
  const auto plain = put("x@far.test");
  const auto wanted = put_with("y@far.test", "BY=5;R");
  agenda_.hear(plain, now_);
  agenda_.hear(wanted, now_);
  EXPECT_TRUE(next().empty());
  EXPECT_LE(agenda_.wait(now_).value(), 5000U);
  now_.seconds += 5;
  now_.milliseconds += 5000;
  // Where no child is free for it, one is when another host hangs.
  const auto other = put("x@other.test");
  agenda_.hear(other, now_);
  ASSERT_TRUE(agenda_.next(serve::Way::unknown, now_));
  EXPECT_EQ(agenda_.wait(now_), 1000U);
  EXPECT_EQ(next(), Entries{wanted});
  remove(wanted);
  finish({1, {}, Fortune::unknown});
  EXPECT_TRUE(next().empty());
  now_.milliseconds += 1'800'000;
  EXPECT_EQ(next(), Entries{plain});
}

TEST_F(AgendaTest, WhatHasToBeThereByNowDoesNotWaitBehindOtherDeadHosts) {
  make_trouble("x@other.test");
  ++now_.milliseconds;
  make_trouble("x@far.test");
  const auto plain = put("y@other.test");
  const auto wanted = put_with("y@far.test", "BY=100;R");
  agenda_.hear(plain, now_);
  agenda_.hear(wanted, now_);
  now_.milliseconds += 100'000;
  agenda_.admit(now_);
  now_.seconds += 100;
  EXPECT_EQ(next(), Entries{wanted});
  remove(wanted);
  finish({1, {}, Fortune::unknown});
  EXPECT_EQ(next(), Entries{plain});
}

TEST_F(AgendaTest, WhatIsDueGoesOnceAndWhatIsDeferredComesBack) {
  const auto entry = put("x@far.test");
  look();
  agenda_.hear(entry, now_);
  EXPECT_EQ(next(), Entries{entry});
  EXPECT_TRUE(next().empty());
  look();
  EXPECT_TRUE(next().empty());
  const auto later = queue_.defer(entry, now_.seconds + 100).value();
  batch_ = {"far.test", {entry}};
  finish({1, {}, Fortune::good, {later}});
  EXPECT_EQ(agenda_.wait(now_), 100'000u);
  EXPECT_TRUE(next().empty());
  now_.seconds += 100;
  EXPECT_EQ(agenda_.wait(now_), 0u);
  agenda_.admit(now_);
  EXPECT_EQ(next(), Entries{later});
}

TEST_F(AgendaTest, APauseThatIsOverIsNotWaitedForWhereNoChildIsFree) {
  const auto entry = put("x@far.test");
  put("y@far.test");
  look();
  ASSERT_EQ(next().size(), 2U);
  agenda_.finish(batch_, {0, {}, Fortune::trouble}, now_);
  EXPECT_EQ(agenda_.wait(now_), 60'000U);
  now_.milliseconds += 60'000;
  EXPECT_EQ(agenda_.wait(now_), 0U);
  agenda_.admit(now_);
  EXPECT_EQ(agenda_.wait(now_), std::nullopt);
  EXPECT_EQ(next().size(), 1U);
}

TEST_F(AgendaTest, NamesThatAreNotThereTakeNoMemory) {
  auto entry = put("x@far.test");
  agenda_.hear(entry, now_);
  const auto before = mallinfo2().uordblks;
  for (int i = 0; i < 50'000; ++i) {
    entry.destination = std::to_string(i) + ".test";
    agenda_.hear(entry, now_);
  }
  EXPECT_LT(mallinfo2().uordblks, before + 100'000);
}

TEST_F(AgendaTest, ANameThatIsNotThereIsNoMessage) {
  const auto entry = put("x@far.test");
  look();
  remove(entry);
  agenda_.hear(entry, now_);
  EXPECT_TRUE(next().empty());
  EXPECT_FALSE(agenda_.has_waiting());
}

TEST_F(AgendaTest, WhatIsHeldGoesWhenItIsReleased) {
  const auto entry = put("x@far.test");
  look();
  const auto held = queue_.defer(entry, spool::held_due).value();
  agenda_.hear(held, now_);
  EXPECT_TRUE(next().empty());
  look();
  EXPECT_EQ(agenda_.wait(now_), std::nullopt);
  const auto released = queue_.defer(held, now_.seconds).value();
  agenda_.hear(released, now_);
  EXPECT_EQ(next(), Entries{released});
}

TEST_F(AgendaTest, ARenameWhileItWaitsInALineIsFollowed) {
  const auto entry = put("x@far.test");
  look();
  const auto other = queue_.defer(entry, now_.seconds - 1).value();
  agenda_.hear(other, now_);
  EXPECT_EQ(next(), Entries{other});
}

TEST_F(AgendaTest, AnOldNameThatIsDueDoesNotHideTheNewOne) {
  const auto entry = put("x@far.test");
  look();
  ASSERT_EQ(next(), Entries{entry});
  const auto first = queue_.defer(entry, now_.seconds + 100).value();
  finish({1, {}, Fortune::good, {first}});
  // An operator has it tried now, and it is put off anew.
  const auto retried = queue_.defer(first, now_.seconds).value();
  agenda_.hear(retried, now_);
  ASSERT_EQ(next(), Entries{retried});
  const auto second = queue_.defer(retried, now_.seconds + 160).value();
  finish({1, {}, Fortune::trouble, {second}});
  now_.seconds += 100;
  agenda_.admit(now_);
  now_.seconds += 60;
  agenda_.admit(now_);
  EXPECT_TRUE(next().empty());
  now_.milliseconds += 160'000;
  EXPECT_EQ(next(), Entries{second});
}

TEST_F(AgendaTest, WhatASurveyFindsUnderANewNameIsNotForgottenWithTheOld) {
  const auto entry = put("x@far.test");
  look();
  const auto renamed = queue_.defer(entry, now_.seconds + 50).value();
  look();
  EXPECT_TRUE(next().empty());
  now_.seconds += 50;
  agenda_.admit(now_);
  EXPECT_EQ(next(), Entries{renamed});
}

TEST_F(AgendaTest, ARenameWhileAChildHasItIsFollowed) {
  const auto entry = put("x@far.test");
  look();
  EXPECT_EQ(next(), Entries{entry});
  const auto other = queue_.defer(entry, now_.seconds - 1).value();
  agenda_.hear(other, now_);
  EXPECT_FALSE(agenda_.next(serve::Way::unknown, now_).has_value());
  finish({1, {entry}, Fortune::unknown, {}});
  EXPECT_EQ(next(), Entries{other});
}

TEST_F(AgendaTest, AWordThatComesWhileAChildFindsItUnfinishedBringsItAgain) {
  const auto entry = put("x@far.test");
  look();
  EXPECT_EQ(next(), Entries{entry});
  agenda_.hear(entry, now_);
  finish({1, {}, Fortune::unknown, {}});
  EXPECT_EQ(next(), Entries{entry});
  finish({1, {}, Fortune::unknown, {}});
  EXPECT_TRUE(next().empty());
  // One that comes after it, too.
  agenda_.hear(entry, now_);
  EXPECT_EQ(next(), Entries{entry});
}

TEST_F(AgendaTest, WhatAChildFoundUnfinishedIsLookedAtSoonThoughNobodySaysAWord) {
  for (const auto& [age, seconds] : {std::pair(0, 2), {60, 60}, {5000, 600}}) {
    const auto entry = put("x@far.test", static_cast<std::uint64_t>(age));
    look();
    ASSERT_EQ(next(), Entries{entry});
    finish({1, {}, Fortune::unknown, {}});
    EXPECT_EQ(agenda_.wait(now_), static_cast<std::uint64_t>(seconds) * 1000);
    now_.seconds += static_cast<std::uint64_t>(seconds);
    agenda_.admit(now_);
    EXPECT_EQ(next(), Entries{entry});
    remove(entry);
    finish({1, {}, Fortune::good, {}});
  }
}

TEST_F(AgendaTest, WhatWasOnlyUnfinishedDoesNotPayForAnotherOfItsBatch) {
  put("x@far.test");
  put("x@far.test");
  look();
  const auto batch = next();
  ASSERT_EQ(batch.size(), 2U);
  finish({2, {batch[0]}, Fortune::good, {}});
  agenda_.hear(batch[0], now_);
  agenda_.hear(batch[1], now_);
  EXPECT_EQ(next(), Entries{batch[1]});
}

TEST_F(AgendaTest, WhatCouldNotBePutAsideIsLeftAloneForAnHour) {
  const auto entry = put("x@far.test");
  look();
  EXPECT_EQ(next(), Entries{entry});
  finish({1, {entry}, Fortune::good, {}});
  agenda_.hear(entry, now_);
  look();
  EXPECT_TRUE(next().empty());
  EXPECT_EQ(agenda_.wait(now_), 3'600'000u);
  now_.seconds += 3600;
  agenda_.admit(now_);
  EXPECT_EQ(next(), Entries{entry});
}

TEST_F(AgendaTest, WhatIsLeftAloneIsFoundUnderItsNewNameWhereNobodySaysIt) {
  const auto entry = put("x@far.test", 600);
  look();
  EXPECT_EQ(next(), Entries{entry});
  finish({1, {}, Fortune::good, {}});
  const auto renamed = queue_.defer(entry, now_.seconds - 1).value();
  look();
  EXPECT_EQ(next(), Entries{renamed});
}

TEST_F(AgendaTest, WhatIsLeftAloneStaysSoWhereAnEarlierNameIsDue) {
  const auto later = queue_.defer(put("x@far.test", 600), now_.seconds + 10).value();
  look();
  const auto entry = queue_.defer(later, now_.seconds - 1).value();
  agenda_.hear(entry, now_);
  EXPECT_EQ(next(), Entries{entry});
  finish({1, {}, Fortune::good, {}});
  now_.seconds += 10;
  agenda_.admit(now_);
  EXPECT_TRUE(next().empty());
  now_.seconds += 600;
  agenda_.admit(now_);
  EXPECT_EQ(next(), Entries{entry});
}

TEST_F(AgendaTest, WhatIsDamagedIsLookedAtOnceADay) {
  const auto entry = put("x@far.test", 600);
  look();
  // An hour behind its arrival it may be one that was never finished.
  for (const std::uint64_t pause : {3001, 86'400, 86'400}) {
    ASSERT_EQ(next(), Entries{entry});
    serve::BatchReport report{1, {}, Fortune::unknown};
    report.damaged = {entry};
    finish(report);
    agenda_.hear(entry, now_);
    look();
    EXPECT_TRUE(next().empty());
    EXPECT_EQ(agenda_.wait(now_), pause * 1000);
    now_.seconds += pause;
    agenda_.admit(now_);
  }
  EXPECT_EQ(next(), Entries{entry});
}

TEST_F(AgendaTest, WhatWasNotBegunGoesNext) {
  const auto first = put("x@far.test", 20), second = put("x@far.test", 10);
  look();
  EXPECT_EQ(next(), (Entries{first, second}));
  remove(first);
  finish({1, {}, Fortune::good, {}});
  EXPECT_EQ(next(), Entries{second});
}

TEST_F(AgendaTest, WhatBringsAChildDownTwiceIsLeftAlone) {
  const auto good = put("x@far.test", 20), bad = put("x@far.test", 10);
  look();
  EXPECT_EQ(next(), (Entries{good, bad}));
  agenda_.child_died(batch_, 9, now_);
  EXPECT_EQ(next(), Entries{good});
  remove(good);
  finish({1, {}, Fortune::good, {}});
  EXPECT_EQ(next(), Entries{bad});
  agenda_.child_died(batch_, 9, now_);
  look();
  EXPECT_TRUE(next().empty());
  const auto wanted = queue_.defer(bad, now_.seconds - 11).value();
  agenda_.hear(wanted, now_);
  EXPECT_EQ(next(), Entries{wanted});
}

TEST_F(AgendaTest, WhatGrowsTooOldGetsItsTurnAtADeadHost) {
  const auto young = put("x@far.test", 20);
  look();
  EXPECT_EQ(next(), Entries{young});
  finish({0, {}, Fortune::trouble, {}});
  const auto old = put("y@far.test", 432'001), warned = put("z@far.test", 14'401);
  agenda_.hear(old, now_);
  agenda_.hear(warned, now_);
  EXPECT_TRUE(next().empty());
  now_.milliseconds += 60'000;
  EXPECT_EQ(next(), (Entries{old, warned}));
  EXPECT_TRUE(batch_.whole);
}

TEST_F(AgendaTest, WhatIsUrgentIsSoByTheLifetimeOfToday) {
  make_trouble("x@far.test");
  const auto young = put("x@far.test", 10), old = put("x@far.test", 20);
  agenda_.hear(young, now_);
  agenda_.hear(old, now_);
  serve::AgendaRules rules;
  rules.lifetime = 15;
  agenda_.set_rules(rules);
  review();
  now_.milliseconds += 60'000;
  EXPECT_EQ(next(), Entries{old});
  EXPECT_TRUE(batch_.whole);
}

TEST_F(AgendaTest, WhatIsGivenUpWhenNobodyAnswersIsNeverBrief) {
  const auto young = put("x@far.test"), old = put("x@old.test", 432'001);
  agenda_.hear(young, now_);
  EXPECT_EQ(next(), Entries{young});
  EXPECT_TRUE(batch_.brief);
  agenda_.hear(old, now_);
  EXPECT_EQ(next(), Entries{old});
  EXPECT_FALSE(batch_.brief);
  // Where nothing is tried twice.
  serve::AgendaRules rules;
  rules.lifetime = 0;
  agenda_.set_rules(rules);
  const auto only = put("x@only.test");
  agenda_.hear(only, now_);
  EXPECT_EQ(next(), Entries{only});
  EXPECT_FALSE(batch_.brief);
}

TEST_F(AgendaTest, AWrongClocksTimeIsNow) {
  const auto entry = queue_.defer(put("x@far.test"), now_.seconds + 86'400 * 365).value();
  look();
  EXPECT_EQ(next(), Entries{entry});
}

TEST_F(AgendaTest, ClosedItGivesNothing) {
  const auto entry = put("x@far.test");
  look();
  agenda_.close();
  agenda_.hear(entry, now_);
  EXPECT_TRUE(next().empty());
}

}  // namespace
}  // namespace agenda_test

#include "serve/agenda.hpp"

#include "agenda_site.hpp"

namespace agenda_lanes_test {
namespace {

TEST_F(AgendaTest, WhatIsLeftOfAMessageGoesOnInOneLineAfterTheOther) {
  const auto entry = put("x@far.test", 1), other = put("x@far.test");
  look();
  ASSERT_EQ(next(), (Entries{entry, other}));
  remove(other);
  serve::BatchReport report{2, {}, Fortune::good, {}};
  report.left = {{entry, {"@alice", "@bob"}}};
  finish(report);
  EXPECT_TRUE(next().empty());
  auto batch = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->line, "@alice");
  EXPECT_EQ(batch->entries, Entries{entry});
  EXPECT_TRUE(batch->alone);
  EXPECT_EQ(batch->behind, serve::Lanes{"@bob"});
  // A child that dies at it is followed by one more, in the same line.
  agenda_.child_died(*batch, 9, now_);
  batch = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->line, "@alice");
  report = {1, {}, Fortune::good, {}};
  report.left = {{entry, batch->behind}};
  agenda_.finish(*batch, report, now_);
  batch = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->line, "@bob");
  EXPECT_TRUE(batch->alone);
  EXPECT_TRUE(batch->behind.empty());
  // Whoever could not be served comes back at his time, with everybody else.
  const auto later = queue_.defer(entry, now_.seconds + 100).value();
  agenda_.finish(*batch, {1, {}, Fortune::good, {later}}, now_);
  EXPECT_FALSE(agenda_.next(serve::Way::here, now_));
  now_.seconds += 100;
  agenda_.admit(now_);
  EXPECT_EQ(next(), Entries{later});
  EXPECT_FALSE(batch_.alone);
}

TEST_F(AgendaTest, AFullLineHoldsNobodyWhoseOwnIsFree) {
  const auto first = put("x@far.test", 1), entry = put("x@far.test");
  look();
  ASSERT_EQ(next(), (Entries{first, entry}));
  serve::BatchReport report{2, {}, Fortune::good, {}};
  report.left = {{first, {"@alice"}}, {entry, {"@alice", "other.test"}}};
  finish(report);
  const auto batch = agenda_.next(serve::Way::unknown, now_);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->line, "other.test");
  EXPECT_EQ(batch->entries, Entries{entry});
  EXPECT_EQ(batch->behind, serve::Lanes{"@alice"});
}

TEST_F(AgendaTest, ALineWhereProgramsHangIsTheLastThoughItIsFree) {
  const auto first = put("x@far.test", 1), entry = put("x@far.test");
  look();
  ASSERT_EQ(next(), (Entries{first, entry}));
  serve::BatchReport report{1, {}, Fortune::good, {}};
  report.left = {{first, {"@carl"}}};
  finish(report);
  ASSERT_EQ(next(), Entries{entry});
  const auto slow = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(slow);
  now_.milliseconds += 1000;
  report = {1, {}, Fortune::good, {}};
  report.left = {{entry, {"@carl", "@bob", "other.test"}}};
  finish(report);
  const auto quick = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(quick);
  EXPECT_EQ(quick->line, "@bob");
  EXPECT_EQ(quick->behind, (serve::Lanes{"other.test", "@carl"}));
}

TEST_F(AgendaTest, AMessageThatIsHeldBetweenItsTurnsHasThemAllAnewWhenItIsReleased) {
  const auto entry = put("x@far.test");
  look();
  ASSERT_EQ(next(), Entries{entry});
  serve::BatchReport report{1, {}, Fortune::good, {}};
  report.left = {{entry, {"@alice"}}};
  finish(report);
  const auto held = queue_.defer(entry, spool::held_due).value();
  agenda_.hear(held, now_);
  EXPECT_FALSE(agenda_.next(serve::Way::here, now_));
  const auto released = queue_.defer(held, 1).value();
  agenda_.hear(released, now_);
  EXPECT_EQ(next(), Entries{released});
}

TEST_F(AgendaTest, WhatAnOperatorWantsTriedLeavesTheLineOfAHostThatItGoesToNoMore) {
  make_trouble("x@far.test");
  const auto waiting = put("x@far.test"), other = put("x@far.test");
  agenda_.hear(waiting, now_);
  agenda_.hear(other, now_);
  ASSERT_TRUE(next().empty());
  routes_["far.test"] = "near.test";
  const auto wanted = queue_.defer(waiting, now_.seconds - 1).value();
  agenda_.hear(wanted, now_);
  EXPECT_EQ(next(), Entries{wanted});
  EXPECT_EQ(batch_.line, "near.test");
  EXPECT_TRUE(next().empty());
}

TEST_F(AgendaTest, WhatWaitsForAHostThatItGoesToNoMoreGoesOnWhenRoutesAreReadAnew) {
  make_trouble("x@far.test");
  const auto waiting = put("x@far.test"), other = put("x@other.test");
  agenda_.hear(waiting, now_);
  make_trouble("x@other.test");
  agenda_.hear(other, now_);
  ASSERT_TRUE(next().empty());
  routes_["far.test"] = "near.test";
  agenda_.begin_review();
  EXPECT_EQ(agenda_.wait(now_), 0U);
  review();
  EXPECT_EQ(next(), Entries{waiting});
  EXPECT_EQ(batch_.line, "near.test");
  EXPECT_TRUE(next().empty());
}

TEST_F(AgendaTest, WhatIsLeftOfAMessageKeepsItsTurnsWhereTheHostIsAnotherNow) {
  make_trouble("x@far.test");
  const auto entry = put("x@here.test");
  agenda_.hear(entry, now_);
  ASSERT_EQ(next(), Entries{entry});
  serve::BatchReport report{1, {}, Fortune::good, {}};
  report.left = {{entry, {"far.test", "@bob"}}};
  finish(report);
  const auto here = agenda_.next(serve::Way::here, now_);
  ASSERT_TRUE(here);
  report.left = {{entry, here->behind}};
  agenda_.finish(*here, report, now_);
  ASSERT_TRUE(next().empty());
  routes_["elsewhere"] = "near.test";
  agenda_.begin_review();
  review();
  EXPECT_EQ(next(), Entries{entry});
  EXPECT_EQ(batch_.line, "near.test");
  EXPECT_TRUE(batch_.alone);
}

TEST_F(AgendaTest, WhatAChildGivesBackFromAHostThatItGoesToNoMoreGoesToTheOther) {
  const auto first = put("x@far.test", 9), second = put("x@far.test");
  look();
  ASSERT_EQ(next(), (Entries{first, second}));
  routes_["far.test"] = "near.test";
  agenda_.begin_review();
  review();
  remove(first);
  finish({1, {}, Fortune::trouble});
  EXPECT_EQ(next(), Entries{second});
  EXPECT_EQ(batch_.line, "near.test");
}

}  // namespace
}  // namespace agenda_lanes_test

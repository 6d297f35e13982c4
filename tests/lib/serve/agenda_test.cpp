#include "serve/agenda.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <filesystem>

#include "serve/clock.hpp"
#include "spool/selection.hpp"
#include "spool/writer.hpp"
#include "talk.hpp"

namespace {

using serve::Fortune;

using Entries = std::vector<spool::Entry>;

class AgendaTest : public testing::Test {
 protected:
  AgendaTest() {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory_.path() + "/queue/" + digit);
  }
  /// Queued so many seconds ago.
  spool::Entry put(const std::string& recipient, std::uint64_t age = 0) const {
    auto writer =
        spool::Writer::create(directory_.path(), (now_.seconds - age) * 1'000'000 + 5, "", {recipient})
            .value();
    EXPECT_TRUE(writer.write("Subject: x\n\n"));
    EXPECT_TRUE(writer.commit());
    return *spool::parse_file_name(writer.name());
  }
  void look() {
    agenda_.begin_survey(true);
    while (agenda_.is_surveying()) ASSERT_TRUE(agenda_.look(now_));
    while (agenda_.is_behind(now_)) agenda_.admit(now_);
  }
  std::vector<spool::Entry> next() {
    batch_ = agenda_.next(serve::Way::elsewhere, now_).value_or(serve::Batch{});
    if (batch_.entries.empty()) batch_ = agenda_.next(serve::Way::doubtful, now_).value_or(serve::Batch{});
    return batch_.entries;
  }
  void finish(serve::BatchReport report) { agenda_.finish(batch_, report, now_); }
  void remove(const spool::Entry& entry) const { ASSERT_TRUE(queue_.remove(entry)); }

  std::string line_of(const spool::Entry& entry) const {
    const auto route = routes_.find(entry.destination);
    return route == routes_.end() ? entry.destination : route->second;
  }
  /// One goes to its line, and finds its host in trouble.
  void make_trouble(const std::string& recipient) {
    const auto entry = put(recipient);
    agenda_.hear(entry, now_);
    ASSERT_EQ(next(), Entries{entry});
    remove(entry);
    finish({1, {}, Fortune::trouble});
  }
  void review() {
    while (agenda_.is_behind(now_)) agenda_.admit(now_);
  }

  Directory directory_;
  serve::Moment now_ = {serve::now_seconds(), 1'000'000};
  spool::Queue queue_ = spool::Queue(directory_.path());
  std::map<std::string, std::string> routes_;  // destinations whose line has another name
  serve::Agenda agenda_ =
      serve::Agenda(directory_.path(), {}, [this](const spool::Entry& entry, serve::Agenda::Whither whither) {
        return whither == serve::Agenda::Whither::all ? line_of(entry) : routes_["elsewhere"];
      });
  serve::Batch batch_;
};

TEST_F(AgendaTest, TheTimeThatASenderGaveItIsKeptWhileItsHostHasAPause) {
  const auto first = put("x@far.test");
  look();
  ASSERT_EQ(next(), Entries{first});
  remove(first);
  finish({1, {}, Fortune::trouble});
  const auto plain = put("x@far.test");
  spool::Envelope envelope;
  envelope.recipients = {{"y@far.test"}};
  envelope.parameters = "BY=5;R";
  auto writer = spool::Writer::create(directory_.path(), now_.seconds * 1'000'000 + 9, envelope).value();
  ASSERT_TRUE(writer.commit());
  const auto wanted = *spool::parse_file_name(writer.name());
  agenda_.hear(plain, now_);
  agenda_.hear(wanted, now_);
  EXPECT_TRUE(next().empty());
  EXPECT_LE(agenda_.wait(now_).value(), 5000U);
  now_.seconds += 5;
  now_.milliseconds += 5000;
  EXPECT_EQ(next(), Entries{wanted});
  remove(wanted);
  finish({1, {}, Fortune::unknown});
  EXPECT_TRUE(next().empty());
  now_.milliseconds += 1'800'000;
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
  EXPECT_FALSE(agenda_.next(serve::Way::elsewhere, now_).has_value());
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
}

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
  const auto batch = agenda_.next(serve::Way::elsewhere, now_);
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

#include "maildir/sight.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sight_test {
namespace {

using maildir::Compared;
using maildir::Moment;

TEST(Sight, DirectoriesAreAtRestWhenTheirTimesHaveNotChangedForATick) {
  constexpr std::uint64_t ms = 1'000'000;
  constexpr std::uint64_t now = 1000 * ms;
  const struct {
    std::uint64_t changed, then, seen_at;
    bool rest;
  } rows[] = {
      {now - 30 * ms, 0, 0, true},
      {now - 10 * ms, 0, 0, false},
      {now, 0, 0, false},
      // Another clock is ahead.
      {now + 9000 * ms, 0, 0, false},
      {now + 9000 * ms, now + 9000 * ms, now - 30 * ms, true},
      {now + 9000 * ms, now + 9000 * ms, now - 10 * ms, false},
      {now + 9000 * ms, now + 9000 * ms, now, false},
      {now + 9000 * ms, now + 8000 * ms, now - 30 * ms, false},
      // This one was set back meanwhile.
      {now + 9000 * ms, now + 9000 * ms, now + 30 * ms, false},
  };
  for (const auto& row : rows) {
    const maildir::Sighting seen = {{row.then, 0}, row.seen_at};
    EXPECT_EQ(maildir::is_at_rest(row.changed, now, row.then, seen), row.rest) << &row - rows;
  }
}

TEST(Sight, ASightingLastsUntilTheTimesAreOthers) {
  maildir::Sighting seen;
  seen.note({1, 2}, 10);
  seen.note({1, 2}, 20);
  EXPECT_EQ(seen.at, 10u);
  seen.note({1, 3}, 30);
  EXPECT_EQ(seen.at, 30u);
}

TEST(Sight, RecentIsNeitherLongPastNorOfTheFuture) {
  for (const auto& [then, recent] : std::map<std::uint64_t, bool>{
           {969, false}, {970, true}, {1000, true}, {1030, true}, {1031, false}, {UINT64_MAX, false}})
    EXPECT_EQ(maildir::is_recent(then, 1000, 30), recent) << then;
}

TEST(Sight, OnlyWhatNothingSpeaksForIsGone) {
  for (unsigned i = 0; i < 16; ++i) {
    const maildir::Search search = {(i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0};
    EXPECT_EQ(maildir::is_gone(search), i == 5) << i;
  }
}

TEST(Sight, OverANetworkOneIsGoneWhenItWasMissedAWhileAgoToo) {
  using maildir::Missed;
  using maildir::UidSet;
  const UidSet none, three = {{3, 3}}, both = {{3, 4}};
  const struct {
    Missed before;
    UidSet candidates;
    bool local;
    UidSet gone;
    Missed after;
  } rows[] = {
      {{}, three, true, three, {}},
      {{}, three, false, none, {three, 1000}},
      {{three, 980}, three, false, none, {three, 980}},
      {{three, 970}, three, false, three, {}},
      // One that has come since waits for its own time.
      {{three, 980}, both, false, none, {three, 980}},
      {{three, 970}, both, false, three, {{{4, 4}}, 1000}},
      // It was seen meanwhile.
      {{three, 970}, none, false, none, {}},
      {{three, 970}, {{4, 4}}, false, none, {{{4, 4}}, 1000}},
      {{both, 980}, three, false, none, {three, 980}},
      // The clock was wrong.
      {{three, 2000}, three, false, none, {three, 1000}},
      {{three, 2000}, none, false, none, {}},
  };
  for (const auto& row : rows) {
    auto missed = row.before;
    EXPECT_EQ(maildir::settle_missed(missed, row.candidates, 1000, row.local), row.gone) << &row - rows;
    EXPECT_TRUE(missed == row.after) << &row - rows;
  }
}

TEST(Sight, ALookHoldsWhileIndexAndDirectoriesAreAsTheyWere) {
  const Moment then = {{7, 2, 30}, {100, 200}};
  const struct {
    Moment now;
    bool steady, moved, holds;
  } rows[] = {
      {then, true, true, true},
      {then, true, false, true},
      {then, false, false, true},
      // The coarse clock may not have shown the other session's rename.
      {then, false, true, false},
      {{{8, 2, 30}, {100, 200}}, true, false, false},
      {{{7, 3, 30}, {100, 200}}, true, false, false},
      // Names that followed flags: a line that counts nothing up.
      {{{7, 2, 31}, {100, 200}}, true, false, false},
      {{{7, 2, 30}, {101, 200}}, true, false, false},
      {{{7, 2, 30}, {100, 201}}, true, false, false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(maildir::still_holds(then, row.now, row.steady, row.moved), row.holds) << &row - rows;
}

TEST(Sight, LinesThatChangeNoNumberAreTold) {
  maildir::IndexState state;
  const auto before = Compared::with(state);
  maildir::apply_lines(maildir::lines_place({{1, 1}}, ":2,S", false), state);
  EXPECT_FALSE(before == Compared::with(state));
}

}  // namespace
}  // namespace sight_test

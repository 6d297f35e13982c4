#include <gtest/gtest.h>

#include "serve/line_names.hpp"
#include "serve/lines.hpp"

namespace lines_upkeep_test {
namespace {

using serve::Fortune;
using serve::Lines;
using serve::Way;

constexpr std::uint64_t longest = 8000;  // milliseconds
const Lines::Traits plain = {0, [](std::uint64_t) { return false; }};

serve::LineLimits limits(const std::vector<std::string>& rates = {}) {
  return {4, 2, 1000, longest, true, serve::SendRates::parse(rates).value()};
}

/// One message for mx.test has found it in trouble: it rests from 0 to 1000.
Lines with_a_pause() {
  Lines out(limits());
  out.add("mx.test:25", {0, 1}, 0);
  EXPECT_TRUE(out.next(Way::unknown, 0, plain));
  out.finish("mx.test:25", Fortune::trouble, 0);
  return out;
}

TEST(LinesUpkeep, AHostIsRememberedForTheLongestPauseBehindItsOwn) {
  const struct {
    std::uint64_t now;
    std::size_t left;
  } rows[] = {{0, 1}, {1000, 1}, {1000 + longest, 1}, {1001 + longest, 0}, {UINT64_MAX, 0}};
  for (const auto& row : rows) {
    auto lines = with_a_pause();
    lines.tidy(row.now);
    EXPECT_EQ(lines.size(), row.left) << row.now;
  }
}

TEST(LinesUpkeep, WhereSomethingWaitsOrIsOutNothingIsForgotten) {
  auto lines = with_a_pause();
  lines.add("mx.test:25", {0, 2}, 0);
  lines.tidy(UINT64_MAX);
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines.waiting(), 1u);
  lines.lift("mx.test:25", 10);
  ASSERT_TRUE(lines.next(Way::doubtful, 10, plain));
  lines.tidy(UINT64_MAX);
  EXPECT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines.at_work(Way::doubtful), 1u);
}

TEST(LinesUpkeep, APauseIsOverWhereTheHostIsForgotten) {
  auto lines = with_a_pause();
  EXPECT_TRUE(lines.is_paused("mx.test:25", 999));
  lines.tidy(1001 + longest);
  EXPECT_FALSE(lines.is_paused("mx.test:25", 999));
  EXPECT_TRUE(lines.is_free("mx.test:25", 999));
}

/// How many of three messages go at once.
std::size_t share_of(Lines& lines, const std::string& line) {
  for (std::uint64_t id = 1; id <= 3; ++id) lines.add(line, {0, id}, 0);
  const auto share = lines.next(serve::is_local(line) ? Way::here : Way::unknown, 1'000'000, plain);
  return share ? share->ids.size() : 0;
}

TEST(LinesUpkeep, RatesCountForHostsAndNotForLocalMail) {
  const struct {
    std::string line;
    std::vector<std::string> rates;
    std::size_t at_once;
  } rows[] = {
      {"mx.test:25", {}, 3},
      {"mx.test:25", {"mx.test 1/1"}, 1},
      {"mx.test:25", {"* 1/1"}, 1},
      {"mx.test:25", {"other.test 1/1"}, 3},
      {serve::local_line(), {"* 1/1"}, 3},
      {serve::local_line("bob"), {"* 1/1"}, 3},
  };
  for (const auto& row : rows) {
    // Known before the rate was, and not.
    Lines known(limits()), fresh(limits(row.rates));
    known.add(row.line, {0, 9}, 0);
    known.set_limits(limits(row.rates));
    EXPECT_FALSE(known.is_behind());
    known.withdraw(row.line, {0, 9}, 0);
    EXPECT_EQ(share_of(known, row.line), row.at_once) << row.line;
    EXPECT_EQ(share_of(fresh, row.line), row.at_once) << row.line;
  }
}

TEST(LinesUpkeep, LimitsThatAreTheSameChangeNothing) {
  Lines lines(limits({"* 1/1"}));
  for (int host = 0; host < 5001; ++host) lines.add("host-" + std::to_string(host), {0, 1}, 0);
  lines.set_limits(limits({"* 1/1"}));
  EXPECT_FALSE(lines.is_behind());
  lines.set_limits(limits());
  EXPECT_TRUE(lines.is_behind());
  lines.catch_up();
  EXPECT_FALSE(lines.is_behind());
}

TEST(LinesUpkeep, WhatIsClearedKnowsItsHostsAndHasNothingForThem) {
  auto lines = with_a_pause();
  lines.add("mx.test:25", {0, 2, 50}, 0);
  lines.add(serve::local_line("bob"), {0, 3}, 0);
  lines.clear();
  EXPECT_EQ(lines.waiting(), 0u);
  EXPECT_EQ(lines.next_time(), std::nullopt);
  EXPECT_TRUE(lines.is_paused("mx.test:25", 999));
  for (const auto way : {Way::here, Way::unknown, Way::doubtful, Way::elsewhere}) {
    EXPECT_FALSE(lines.is_ready(way));
    EXPECT_FALSE(lines.next(way, 1'000'000, plain));
  }
  lines.add("mx.test:25", {0, 4}, 2000);
  EXPECT_EQ(lines.waiting(), 1u);
}

}  // namespace
}  // namespace lines_upkeep_test

// What befalls all lines at once, very many of them as well.
#include <gtest/gtest.h>

#include "serve/lines.hpp"

namespace lines_upkeep_test {
namespace {

using serve::Fortune;
using serve::Lines;
using serve::Way;

constexpr std::size_t many = 50'000;
const Lines::Traits plain = {0, [](std::uint64_t) { return false; }};

serve::LineLimits limits() {
  return {4, 2, 1000, 8000, true, {}};
}

class LinesUpkeep : public testing::Test {
 protected:
  void fill(const std::string& line, std::uint64_t count) {
    for (std::uint64_t id = 0; id < count; ++id) lines_.add(line, {0, id}, 0);
  }
  std::optional<serve::Share> next(Way way = Way::unknown) { return lines_.next(way, 0, plain); }
  Lines lines_ = Lines(limits());
};

TEST_F(LinesUpkeep, EveryHostIsForgottenHoweverManyThereAre) {
  for (std::size_t i = 0; i < many; ++i) {
    const auto line = "host-" + std::to_string(i);
    lines_.add(line, {0, 1}, 0);
    ASSERT_TRUE(next());
    lines_.finish(line, Fortune::trouble, 0);
  }
  EXPECT_TRUE(lines_.is_paused("host-0", 10));
  std::size_t times = 0;
  for (; lines_.size() > 0 && times < 10; ++times) lines_.tidy(1'000'000);
  EXPECT_GT(times, 1u);
  EXPECT_EQ(lines_.size(), 0u);
}

TEST_F(LinesUpkeep, OtherRatesComeToVeryManyHostsBitByBit) {
  const auto name = [](std::size_t host) { return "host-" + std::to_string(host); };
  for (std::size_t i = 0; i < many; ++i) fill(name(i), 3);
  auto wanted = limits();
  wanted.rates = serve::SendRates::parse({"* 1/1"}).value();
  lines_.set_limits(wanted);
  std::size_t times = 0;
  for (; lines_.is_behind() && times < 100; ++times) {
    lines_.catch_up();
    // One that is forgotten meanwhile, and one that is new.
    for (const auto id : {0, 1, 2})
      lines_.withdraw(name(times * 5000), {0, static_cast<std::uint64_t>(id)}, 0);
    fill("a new one " + std::to_string(times), 1);
  }
  EXPECT_GT(times, 5u);
  EXPECT_LT(times, 100u);
  std::size_t slow = 0;
  while (const auto share = next()) slow += share->ids.size() == 1 ? 1 : 0;
  EXPECT_EQ(slow, many);
}

TEST_F(LinesUpkeep, ClosedNothingComesAnyMore) {
  fill("mx.test:25", 60);
  fill("@", 60);
  ASSERT_TRUE(next());
  lines_.clear();
  EXPECT_EQ(lines_.waiting(), 0u);
  lines_.finish("mx.test:25", Fortune::good, 0);
  for (const auto way : {Way::unknown, Way::elsewhere, Way::here}) EXPECT_FALSE(next(way));
}

}  // namespace
}  // namespace lines_upkeep_test

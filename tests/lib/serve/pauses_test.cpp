#include "serve/pauses.hpp"

#include <gtest/gtest.h>

#include "serve/delivery.hpp"

namespace pauses_test {
namespace {

spool::Record record(std::uint64_t received, std::uint64_t due) {
  return {due << 24, (received * 1'000'000) << 12};
}

TEST(Pauses, WhatIsNewIsLookedAtSoonAndWhatIsOldSeldom) {
  const struct {
    std::uint64_t received, now, pause;
  } rows[] = {
      {1000, 1000, 2},   {1000, 1001, 2},   {1000, 1002, 2},     {1000, 1003, 3},   {1000, 1599, 599},
      {1000, 1600, 600}, {1000, 1601, 600}, {1000, 90'000, 600}, {1001, 1000, 600},  // a clock set back
  };
  for (const auto& row : rows)
    EXPECT_EQ(serve::pause_after_nothing(record(row.received, row.received), row.now), row.pause)
        << row.received << " " << row.now;
}

TEST(Pauses, WhatIsDamagedWaitsUntilItIsOldEnoughToGo) {
  const auto old = serve::unfinished_for;
  const struct {
    std::uint64_t received, due, now, pause;
  } rows[] = {
      {1000, 1000, 1000, old + 1}, {1000, 1000, 1000 + old, 1}, {1000, 1000, 1001 + old, 86'400},
      {1000, 5000, 5000, old + 1}, {5000, 1000, 5000 + old, 1}, {1000, 5000, 5001 + old, 86'400},
  };
  for (const auto& row : rows)
    EXPECT_EQ(serve::pause_after_damage(record(row.received, row.due), row.now), row.pause)
        << row.received << " " << row.due << " " << row.now;
}

}  // namespace
}  // namespace pauses_test

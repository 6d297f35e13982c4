#include "net/tally.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace tally_test {
namespace {

net::Tally tally() {
  return net::Tally::make(fs::CommonMemory::make(net::Tally::size()).value(), 0).value();
}

std::string address(int i) {
  return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
}

/// How many of `sources` are known, once each has been counted at `now`.
int kept(const net::Tally& tally, int first, int sources, std::uint32_t now) {
  int out = 0;
  for (int i = first; i < first + sources; ++i) (void)tally.add(address(i), now, 0);
  for (int i = first; i < first + sources; ++i) out += tally.count(address(i), now, 0) == 1 ? 1 : 0;
  return out;
}

TEST(Tally, CountsWhatFollowsWithinItsWindow) {
  const auto all = tally();
  for (const std::uint32_t now : {100U, 160U, 220U, 220U}) (void)all.add("192.0.2.1", now, 60);
  EXPECT_EQ(all.count("192.0.2.1", 220, 60), 4U);
  EXPECT_EQ(all.count("::ffff:192.0.2.1", 280, 60), 4U);
  EXPECT_EQ(all.count("192.0.2.1", 281, 60), 0U);
  EXPECT_EQ(all.count("192.0.2.2", 220, 60), 0U);
  EXPECT_EQ(all.add("192.0.2.1", 281, 60), 1U);
}

TEST(Tally, KnowsSourcesFromOneAnother) {
  const struct {
    const char* address;
    std::uint32_t count;
  } rows[] = {{"2001:db8::1", 1},     {"2001:db8::2", 2},
              {"2001:db8:0:1::1", 1}, {"32.1.13.184", 1},  // the octets that 2001:db8::/64 begins with
              {"unknown", 1},         {"", 2}};
  const auto all = tally();
  for (const auto& row : rows) EXPECT_EQ(all.add(row.address, 1, 0), row.count) << row.address;
}

TEST(Tally, LosesNothingAmongProcesses) {
  const auto all = tally();
  (void)all.add("192.0.2.1", 0, 0);
  for (int i = 0; i < 4; ++i) {
    if (fork() != 0) continue;
    for (int j = 0; j < 1000; ++j) (void)all.add("192.0.2.1", 0, 0);
    _exit(0);
  }
  while (wait(nullptr) > 0) {
  }
  EXPECT_EQ(all.count("192.0.2.1", 0, 0), 4001U);
}

TEST(Tally, WhoIsCountedForTheFirstTimeHasNothingOfWhoseSlotHeGets) {
  const auto all = tally();
  for (int i = 0; i < 40'000; ++i) {
    for (int times = 0; times < 10; ++times) (void)all.add(address(i), 0, 1000);
  }
  constexpr int sources = 20'000;
  std::atomic<int> looked_for = -1;
  std::uint32_t most = 0;
  std::thread other([&] {
    for (int i = 0; i < sources; ++i) {
      const auto source = address(50'000 + i);
      looked_for = i;
      std::uint32_t found = 0;
      while ((found = all.count(source, 1, 1000)) == 0) std::this_thread::yield();
      most = std::max(most, found);
    }
  });
  for (int i = 0; i < sources; ++i) {
    while (looked_for < i) std::this_thread::yield();
    EXPECT_EQ(all.add(address(50'000 + i), 1, 1000), 1U);
  }
  other.join();
  EXPECT_EQ(most, 1U);
}

TEST(Tally, WhoLeavesCountsNothing) {
  auto all = tally();
  all.leave();
  EXPECT_EQ(all.add("192.0.2.1", 1, 0), 0U);
  EXPECT_EQ(all.count("192.0.2.1", 1, 0), 0U);
}

TEST(Tally, AClockThatWasReadALittleEarlierForgetsNothing) {
  const auto all = tally();
  for (const std::uint32_t now : {120U, 60U, 120U}) (void)all.add("192.0.2.1", now, 0);
  EXPECT_EQ(all.count("192.0.2.1", 120, 0), 3U);
  EXPECT_EQ(all.count("192.0.2.1", 60, 0), 3U);
  EXPECT_EQ(all.count("192.0.2.1", 59, 0), 0U);
}

TEST(Tally, AllSlotsAreUsed) {
  EXPECT_GT(kept(tally(), 0, 9000, 0), 8100);
}

TEST(Tally, WhatWasCountedBeforeAClockWasSetBackIsOver) {
  const auto all = tally();
  for (int i = 0; i < 50'000; ++i) (void)all.add(address(i), 600'000, 0);
  EXPECT_EQ(all.count(address(49'999), 600'000, 0), 1U);
  EXPECT_EQ(all.count(address(49'999), 100, 0), 0U);
  // And has the best place no longer.
  EXPECT_GT(kept(all, 60'000, 2000, 100), 1900);
}

TEST(Tally, AFloodOfSourcesPushesOutWhoWasSilentForLongest) {
  const auto all = tally();
  (void)all.add("192.0.2.1", 0, 1000);
  for (int i = 0; i < 200'000; ++i) (void)all.add(address(i), static_cast<std::uint32_t>(i / 1000), 1000);
  EXPECT_EQ(all.count("192.0.2.1", 200, 1000), 0U);
  EXPECT_EQ(all.count(address(199'999), 200, 1000), 1U);
}

}  // namespace
}  // namespace tally_test

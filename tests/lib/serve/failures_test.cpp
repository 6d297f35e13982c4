#include "serve/failures.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

TEST(Failures, CountedByAddressForAWhile) {
  auto failures = serve::Failures::make(3, 60).value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(failures.too_many("192.0.2.1", 100));
    failures.add("192.0.2.1", 100);
  }
  EXPECT_TRUE(failures.too_many("192.0.2.1", 160));
  EXPECT_FALSE(failures.too_many("192.0.2.1", 161));
  EXPECT_FALSE(failures.too_many("192.0.2.2", 100));
  failures.add("192.0.2.1", 161);
  EXPECT_FALSE(failures.too_many("192.0.2.1", 161));
}

TEST(Failures, ANetworkOfIPv6IsOneClient) {
  auto failures = serve::Failures::make(2, 60).value();
  failures.add("2001:db8::1", 1);
  failures.add("2001:db8::2", 1);
  EXPECT_TRUE(failures.too_many("2001:db8::ffff", 1));
  EXPECT_FALSE(failures.too_many("2001:db8:0:1::1", 1));
}

TEST(Failures, SharedWithForkedProcessesUnlessTheyLeave) {
  auto failures = serve::Failures::make(1, 60).value();
  for (const bool leaves : {true, false}) {
    const pid_t pid = fork();
    if (pid == 0) {
      if (leaves) failures.leave();
      failures.add("192.0.2.1", 1);
      _exit(0);
    }
    waitpid(pid, nullptr, 0);
    EXPECT_EQ(failures.too_many("192.0.2.1", 1), !leaves);
  }
}

TEST(Failures, AClockThatWasReadALittleEarlierForgetsNothing) {
  auto failures = serve::Failures::make(3, 60).value();
  failures.add("192.0.2.1", 101);
  failures.add("192.0.2.1", 101);
  failures.add("192.0.2.1", 100);
  EXPECT_TRUE(failures.too_many("192.0.2.1", 100));
  EXPECT_TRUE(failures.too_many("192.0.2.1", 101));
}

TEST(Failures, WhatWasCountedBeforeAStartOfTheHostIsOver) {
  auto failures = serve::Failures::make(1, 1000).value();
  const auto address = [](int i) { return "10.0." + std::to_string(i >> 8) + "." + std::to_string(i & 255); };
  for (int i = 0; i < 30'000; ++i) failures.add(address(i), 1'000'000);
  EXPECT_TRUE(failures.too_many(address(29'999), 1'000'000));
  EXPECT_FALSE(failures.too_many(address(29'999), 100));
  // And has the best place no longer.
  int kept = 0;
  for (int i = 0; i < 2000; ++i) failures.add(address(40'000 + i), 100);
  for (int i = 0; i < 2000; ++i) kept += failures.too_many(address(40'000 + i), 100) ? 1 : 0;
  EXPECT_GT(kept, 1900);
}

TEST(Failures, NoLimitAndNoAddress) {
  auto failures = serve::Failures::make(0, 60).value();
  failures.add("192.0.2.1", 1);
  EXPECT_FALSE(failures.too_many("192.0.2.1", 1));
  auto strict = serve::Failures::make(1, 60).value();
  strict.add("unknown", 1);
  EXPECT_FALSE(strict.too_many("unknown", 1));
}

TEST(Failures, AMillionSourcesPushOneAnotherOut) {
  auto failures = serve::Failures::make(1, 1'000'000).value();
  for (std::uint32_t i = 0; i < 100'000; ++i)
    failures.add(
        "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255),
        i);
  EXPECT_TRUE(failures.too_many("10.1.134.159", 100'000));
  EXPECT_FALSE(failures.too_many("10.0.0.1", 100'000));
}

}  // namespace

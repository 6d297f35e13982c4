#include "net/rates.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using What = net::Rates::What;

TEST(Rates, CountEachSourceAndKindAndMinute) {
  const auto rates = net::Rates::create().value();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 3, 60));
  EXPECT_FALSE(rates.count(What::messages, "192.0.2.1", 3, 119));
  EXPECT_FALSE(rates.count(What::messages, "::ffff:192.0.2.1", 3, 61));
  EXPECT_TRUE(rates.count(What::recipients, "192.0.2.1", 3, 61));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.2", 3, 61));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 3, 120));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 0, 61));
}

TEST(Rates, AnIpv6SourceIsItsNetwork) {
  const auto rates = net::Rates::create().value();
  EXPECT_TRUE(rates.count(What::connections, "2001:db8::1", 1, 0));
  EXPECT_FALSE(rates.count(What::connections, "2001:db8::2", 1, 0));
  EXPECT_TRUE(rates.count(What::connections, "2001:db8:0:1::2", 1, 0));
}

TEST(Rates, AreSharedWithChildren) {
  const auto rates = net::Rates::create().value();
  for (int i = 0; i < 4; ++i) {
    const pid_t pid = fork();
    if (pid == 0) {
      for (int j = 0; j < 25; ++j) (void)rates.count(What::messages, "192.0.2.1", 100, 0);
      _exit(0);
    }
    waitpid(pid, nullptr, 0);
  }
  EXPECT_FALSE(rates.count(What::messages, "192.0.2.1", 100, 0));
}

TEST(Rates, ANetworkOfIpv6IsNoAddressOfIpv4) {
  const auto rates = net::Rates::create().value();
  // 0x2001 0x0db8 0 0, of which the first half are the octets 32.1.13.184.
  EXPECT_TRUE(rates.count(What::connections, "2001:db8::1", 1, 0));
  EXPECT_TRUE(rates.count(What::connections, "32.1.13.184", 1, 0));
  EXPECT_TRUE(rates.count(What::connections, "unknown", 1, 0));
  EXPECT_FALSE(rates.count(What::connections, "unknown", 1, 0));
}

std::string address(int i) {
  return "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255);
}

TEST(Rates, AllSlotsAreUsed) {
  const auto rates = net::Rates::create().value();
  constexpr int sources = 9000;
  for (int i = 0; i < sources; ++i) (void)rates.count(What::messages, address(i), 1, 0);
  int kept = 0;
  for (int i = 0; i < sources; ++i) kept += rates.count(What::messages, address(i), 1, 0) ? 0 : 1;
  EXPECT_GT(kept, sources * 9 / 10);
}

TEST(Rates, AProcessThatIsAMinuteBehindForgetsNothing) {
  const auto rates = net::Rates::create().value();
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 2, 120));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 2, 119));
  EXPECT_FALSE(rates.count(What::messages, "192.0.2.1", 2, 120));
}

TEST(Rates, AClockThatWasSetBackLocksNobodyOut) {
  const auto rates = net::Rates::create().value();
  for (int i = 0; i < 50'000; ++i) (void)rates.count(What::messages, address(i), 1, 600'000);
  EXPECT_TRUE(rates.count(What::messages, address(49'999), 1, 0));
  EXPECT_FALSE(rates.count(What::messages, address(49'999), 1, 0));
  // And the sources of that time do not keep those of now from being counted.
  int kept = 0;
  for (int i = 0; i < 2000; ++i) (void)rates.count(What::messages, address(60'000 + i), 1, 0);
  for (int i = 0; i < 2000; ++i) kept += rates.count(What::messages, address(60'000 + i), 1, 0) ? 0 : 1;
  EXPECT_GT(kept, 1900);
}

TEST(Rates, WhoTalksToAStrangerCountsMailButNoConnections) {
  auto rates = net::Rates::create().value();
  EXPECT_TRUE(rates.count(What::connections, "192.0.2.1", 1, 0));
  EXPECT_TRUE(rates.count(What::other_connections, "192.0.2.1", 1, 0));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 1, 0));
  rates.leave_connections();
  EXPECT_TRUE(rates.count(What::connections, "192.0.2.1", 1, 0));
  EXPECT_TRUE(rates.count(What::other_connections, "192.0.2.1", 1, 0));
  EXPECT_FALSE(rates.count(What::messages, "192.0.2.1", 1, 0));
  rates.leave();
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 1, 0));
}

TEST(Rates, AFloodOfSourcesStaysInItsTable) {
  const auto rates = net::Rates::create().value();
  for (int i = 0; i < 200'000; ++i)
    (void)rates.count(
        What::connections,
        "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255),
        1, 0);
  EXPECT_TRUE(rates.count(What::connections, "192.0.2.1", 1, 0));
  EXPECT_FALSE(rates.count(What::connections, "192.0.2.1", 1, 0));
}

}  // namespace

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

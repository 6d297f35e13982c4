#include "net/rates.hpp"

#include <gtest/gtest.h>

namespace rates_test {
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

TEST(Rates, AProcessThatIsAMinuteBehindForgetsNothing) {
  const auto rates = net::Rates::create().value();
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 2, 120));
  EXPECT_TRUE(rates.count(What::messages, "192.0.2.1", 2, 119));
  EXPECT_FALSE(rates.count(What::messages, "192.0.2.1", 2, 120));
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

}  // namespace
}  // namespace rates_test

#include "serve/send_rates.hpp"

#include <gtest/gtest.h>

namespace send_rates_test {
namespace {

TEST(SendRates, TheNearestNameCounts) {
  const auto rates =
      serve::SendRates::parse({"Big.example 100/60", ".example 10/60", "* 1/3600", "fast.test 1000000/1"})
          .value();
  EXPECT_EQ(rates.interval("big.EXAMPLE"), 600'000u);
  EXPECT_EQ(rates.interval("small.example"), 6'000'000u);
  EXPECT_EQ(rates.interval("a.b.example"), 6'000'000u);
  EXPECT_EQ(rates.interval("example"), 3'600'000'000u);
  EXPECT_EQ(rates.interval("fast.test"), 1u);
  EXPECT_EQ(serve::SendRates().interval("x"), 0u);
  EXPECT_EQ(serve::SendRates::parse({"a 1/1"}).value().interval("b"), 0u);
}

TEST(SendRates, WhatIsNoneIsSaid) {
  for (const char* line : {"", "a", "a 1", "a 1/", "a /1", "a 0/1", "a 1/0", "a 1/90000", "a 2000000/1",
                           "a b/c", " 1/1", "a 1/1 x"}) {
    const auto rates = serve::SendRates::parse({line});
    ASSERT_FALSE(rates) << line;
    EXPECT_EQ(rates.error().code, base::Exit::configuration);
    EXPECT_NE(rates.error().what.find("'" + std::string(line)), std::string::npos);
  }
}

}  // namespace
}  // namespace send_rates_test

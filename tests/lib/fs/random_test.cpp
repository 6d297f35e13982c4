#include "fs/random.hpp"

#include <gtest/gtest.h>

namespace random_test {
namespace {

TEST(Random, IsAsLongAsAskedForAndNeverTheSame) {
  EXPECT_EQ(fs::random_octets(0).value(), "");
  const auto one = fs::random_octets(256).value();
  EXPECT_EQ(one.size(), 256U);
  EXPECT_NE(one, fs::random_octets(256).value());
  EXPECT_NE(one.substr(0, 128), one.substr(128));
  EXPECT_NE(fs::random_number().value(), fs::random_number().value());
}

TEST(Random, TooMuchAtOnceIsAnError) {
  EXPECT_FALSE(fs::random_octets(257));
}

}  // namespace
}  // namespace random_test

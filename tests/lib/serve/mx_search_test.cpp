#include "serve/mx_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

TEST(MxSearch, KnowsTheAddressesOfThisHost) {
  const auto addresses = serve::own_addresses();
  EXPECT_NE(std::find(addresses.begin(), addresses.end(), "127.0.0.1"), addresses.end());
}

}  // namespace

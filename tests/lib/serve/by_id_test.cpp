#include "serve/by_id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace by_id_test {
namespace {

TEST(ById, HoldsEachOnce) {
  serve::ById<std::string> all;
  for (std::uint64_t id = 0; id < 10'000; ++id) all.put(id, std::to_string(id));
  all.put(7, "other");
  EXPECT_EQ(all.size(), 10'000u);
  EXPECT_EQ(*all.find(7), "other");
  EXPECT_EQ(*all.find(9'999), "9999");
  EXPECT_EQ(all.find(10'000), nullptr);
  EXPECT_EQ(all.take(7), "other");
  EXPECT_EQ(all.take(7), std::nullopt);
  all.erase(8);
  all.erase(8);
  EXPECT_FALSE(all.contains(8));
  EXPECT_EQ(all.size(), 9'998u);
  std::size_t seen = 0;
  all.each([&](std::string& one) { seen += one.empty() ? 0 : 1; });
  EXPECT_EQ(seen, 9'998u);
}

}  // namespace
}  // namespace by_id_test

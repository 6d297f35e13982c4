#include "spool/id.hpp"

#include <gtest/gtest.h>

#include <set>

namespace id_test {
namespace {

constexpr std::uint64_t now = 1'700'000'000'123'456;

TEST(Id, SortsByTimeAndDiffersByChance) {
  const auto first = spool::make_id(now, 0xfff);
  EXPECT_EQ(first.size(), spool::id_length);
  EXPECT_LT(first, spool::make_id(now + 1, 0));
  EXPECT_LT(first, spool::make_id(now + 1'000'000'000'000, 0));
  EXPECT_NE(first, spool::make_id(now, 0));
  EXPECT_EQ(first, spool::make_id(now, 0xfff));
}

TEST(Id, IsKnownFromWhatIsNone) {
  EXPECT_TRUE(spool::is_id(spool::make_id(now, 7)));
  for (const char* text :
       {"", "0123456789ab", "0123456789abcd", "0123456789abw", "0123456789ABC", "../../etc/pas"})
    EXPECT_FALSE(spool::is_id(text)) << text;
}

TEST(Id, TellsWhenTheMessageArrived) {
  EXPECT_EQ(spool::arrival(spool::make_id(now, 0xfff)), now);
  EXPECT_EQ(spool::arrival(spool::make_id(0, 1)), 0u);
  EXPECT_EQ(spool::arrival("none"), 0u);
}

TEST(Id, BucketsAreAllUsed) {
  std::set<std::string> seen;
  for (std::uint32_t random = 0; random < 4096; ++random) {
    const auto bucket = spool::bucket(spool::make_id(now, random));
    EXPECT_EQ(bucket.size(), 1u);
    EXPECT_NE(std::string("0123456789abcdef").find(bucket), std::string::npos);
    seen.insert(bucket);
  }
  EXPECT_EQ(seen.size(), 16u);
}

}  // namespace
}  // namespace id_test

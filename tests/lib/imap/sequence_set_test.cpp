#include "imap/sequence_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sequence_set_test {
namespace {

using Ranges = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

TEST(SequenceSet, Table) {
  const struct {
    const char* text;
    Ranges wanted;  // of a mailbox whose largest is 10
  } rows[] = {{"1", {{1, 1}}},       {"1:3,7", {{1, 3}, {7, 7}}},
              {"*", {{10, 10}}},     {"5:*", {{5, 10}}},
              {"*:5", {{5, 10}}},    {"20:*", {{10, 20}}},
              {"3:1", {{1, 3}}},     {"*,20:*,4:*,2", {{2, 2}, {4, 20}}},
              {"1:5,2:7", {{1, 7}}}, {"4294967295", {{4294967295u, 4294967295u}}}};
  for (const auto& row : rows)
    EXPECT_EQ(imap::SequenceSet::parse(row.text).value().ranges(10), row.wanted) << row.text;
}

TEST(SequenceSet, Contains) {
  const auto set = imap::SequenceSet::parse("2:4,*").value();
  for (const std::uint32_t number : {2u, 3u, 4u, 9u}) EXPECT_TRUE(set.contains(number, 9));
  for (const std::uint32_t number : {1u, 5u, 8u}) EXPECT_FALSE(set.contains(number, 9));
}

// However many ranges there are: SEARCH asks this of every message.
TEST(SequenceSet, ContainsWhatItsRangesHold) {
  for (const char* text : {"*", "1", "5:*", "*:5", "5:*,*", "20:*,3", "7:*,2:*,9:*", "1:2,4:6,8,11:9",
                           "3:1,2:7,4294967295", "4,4,4:4"}) {
    const auto set = imap::SequenceSet::parse(text).value();
    for (const std::uint32_t largest : {1u, 3u, 10u, 30u}) {
      const auto ranges = set.ranges(largest);
      for (std::uint32_t number = 1; number < 35; ++number) {
        const bool held = std::any_of(ranges.begin(), ranges.end(), [number](const auto& range) {
          return number >= range.first && number <= range.second;
        });
        EXPECT_EQ(set.contains(number, largest), held) << text << " " << number << " of " << largest;
      }
    }
  }
}

TEST(SequenceSet, HasLargest) {
  for (const char* text : {"*", "1:*", "*:1", "1,*"})
    EXPECT_TRUE(imap::SequenceSet::parse(text).value().has_largest()) << text;
  EXPECT_FALSE(imap::SequenceSet::parse("1:3,7").value().has_largest());
}

TEST(SequenceSet, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "1:", ":1", "1,", "a", "1:2:3", "4294967296", "1 2"}) {
    EXPECT_FALSE(imap::SequenceSet::parse(text)) << text;
  }
  std::string many = "1";
  for (int i = 0; i < 10'000; ++i) many += ",1";
  EXPECT_FALSE(imap::SequenceSet::parse(many));
}

TEST(SequenceSet, Format) {
  EXPECT_EQ(imap::format_set({3, 1, 2, 7}), "1:3,7");
  EXPECT_EQ(imap::format_set({}), "");
}

}  // namespace
}  // namespace sequence_set_test

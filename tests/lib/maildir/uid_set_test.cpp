#include "maildir/uid_set.hpp"

#include <gtest/gtest.h>

namespace uid_set_test {
namespace {

using maildir::UidSet;

TEST(UidSet, IsReadAndWritten) {
  for (const char* text : {"1", "1:5", "1:5,7,9:12", "4294967295", "2,4,6"})
    EXPECT_EQ(maildir::to_string(maildir::parse_uid_set(text).value()), text);
  for (const char* text : {"", "0", "5:1", "3,2", "1:5,5", "1,", ",1", "1:", "x", "4294967296", "1:5:7"})
    EXPECT_FALSE(maildir::parse_uid_set(text)) << text;
}

TEST(UidSet, IsMadeOfUidsAndMerged) {
  EXPECT_EQ(maildir::to_uid_set({5, 1, 2, 3, 5}), (UidSet{{1, 3}, {5, 5}}));
  EXPECT_EQ(maildir::merge({{7, 9}, {1, 3}, {4, 5}, {8, 12}}), (UidSet{{1, 5}, {7, 12}}));
  EXPECT_EQ(maildir::merge({}), UidSet());
}

TEST(UidSet, IsSplitWithoutLoss) {
  UidSet set;
  for (std::uint32_t uid = 1; uid < 2000; uid += 2) maildir::append_uid(set, uid);
  std::vector<maildir::UidRange> all;
  for (const auto& part : maildir::split(set, 100)) {
    EXPECT_LE(maildir::to_string(part).size(), 100u);
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_EQ(all, set);
}

}  // namespace
}  // namespace uid_set_test

#include <gtest/gtest.h>

#include "maildir/rows.hpp"
#include "six_rows.hpp"

namespace rows_walk_test {
namespace {

using maildir::Rows;
using Uids = std::vector<std::uint32_t>;

TEST(Rows, ThoseWithoutAFlagAreCounted) {
  Site site;
  const auto check = [&](std::size_t messages, std::size_t first) {
    const auto found = site.rows.outline(maildir::seen);
    EXPECT_EQ(found.without, messages);
    EXPECT_EQ(found.first, first);
  };
  check(4, 0);  // 2, 6, 10, 14
  site.rows.change({{2, 2}}, [](Rows::Kept& one) { one.entry.system = maildir::seen; });
  check(3, 2);
  site.rows.remove({{4, 6}});
  check(2, 2);
  site.rows.remove({{10, 10}, {14, 14}});
  check(0, 3);
}

TEST(Rows, AllUidsAreThoseThatAreThere) {
  Site site;
  EXPECT_EQ(site.rows.outline(0).uids, (Uids{2, 4, 6, 8, 10, 12, 14}));
  site.rows.remove({{4, 6}, {12, 12}});
  EXPECT_EQ(site.rows.outline(0).uids, (Uids{2, 8, 10, 14}));
}

TEST(Rows, ADamagedUidIsNoneOfThem) {
  Site site;
  site.sorted[maildir::row_width] = '9';  // the second row's
  EXPECT_EQ(site.rows.outline(0).uids, (Uids{2, 6, 8, 10, 12, 14}));
  EXPECT_TRUE(site.rows.is_damaged());
}

TEST(Rows, WhatHasChangedSinceAModseq) {
  Site site;
  EXPECT_EQ(site.rows.changed_since(0), Uids{});
  site.rows.change({{4, 4}}, [](Rows::Kept& one) { one.entry.modseq = 9; });
  site.rows.change({{14, 14}}, [](Rows::Kept& one) { one.entry.modseq = 10; });
  EXPECT_EQ(site.rows.changed_since(8), (Uids{4, 14}));
  EXPECT_EQ(site.rows.changed_since(9), (Uids{14}));
  maildir::Entry entry;
  std::string sorted, names;
  for (const std::uint64_t modseq : {UINT64_C(3), UINT64_C(1000000000000), UINT64_C(20)}) {
    entry.uid += 1;
    entry.modseq = modseq;
    entry.place = "cur/x";
    maildir::write_row(entry, sorted, names);
  }
  Rows rows;
  rows.begin_with({sorted, names}, {});
  EXPECT_EQ(rows.changed_since(2), (Uids{1, 2, 3}));
  EXPECT_EQ(rows.changed_since(3), (Uids{2, 3}));
  EXPECT_EQ(rows.changed_since(20), (Uids{2}));
  EXPECT_EQ(rows.changed_since(UINT64_MAX), Uids{});
}

TEST(Rows, AllKeywordsStandOnce) {
  Site site;
  EXPECT_EQ(site.rows.all_keywords(), (std::vector<std::string>{"$a"}));
  site.rows.number_of({"$0", "$a"});
  EXPECT_EQ(site.rows.all_keywords(), (std::vector<std::string>{"$0", "$a"}));
}

}  // namespace
}  // namespace rows_walk_test

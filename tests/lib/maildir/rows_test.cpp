#include "maildir/rows.hpp"

#include <gtest/gtest.h>

#include <string>

#include "six_rows.hpp"

namespace rows_test {
namespace {

using maildir::Record;
using maildir::Rows;

std::string uids(const Rows& rows) {
  std::string out;
  for (const auto& one : rows) out += std::to_string(one.uid) + (one.base.empty() ? "! " : " ");
  return out;
}

TEST(Rows, PlacesAreWordsAndComeBack) {
  const struct {
    const char* base;
    const char* suffix;
    bool in_new;
    const char* word;
  } rows[] = {
      {"1.a", "", true, "new/1.a"},
      {"1.a", ":2,FS", false, "cur/1.a:2,FS"},
      {"a b", ":2,", false, "cur/a%20b:2,"},
      {"50%\n\x7f", "", false, "cur/50%25%0a%7f"},
      {"\xc3\xa4", ":2,S", true, "new/\xc3\xa4:2,S"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(maildir::place_word(row.base, row.suffix, row.in_new), row.word);
    std::string room;
    const auto name = maildir::name_in(row.word, room);
    EXPECT_EQ(name.base, row.base);
    EXPECT_EQ(name.suffix, row.suffix);
    EXPECT_EQ(name.in_new, row.in_new);
  }
  // What nobody has written is taken as it is.
  std::string room;
  EXPECT_EQ(maildir::name_in("cur/a%2", room).base, "a%2");
  EXPECT_EQ(maildir::name_in("cur/a%zz", room).base, "a%zz");
  EXPECT_EQ(maildir::name_in("x", room).base, "");
}

TEST(Rows, AreFoundByPositionAndByUid) {
  Site site;
  EXPECT_EQ(uids(site.rows), "2 4 6 8 10 12 14 ");
  EXPECT_EQ(site.rows.size(), 7u);
  EXPECT_EQ(site.rows.apart(), 2u);
  const struct {
    std::uint32_t uid;
    std::size_t lower;
    std::optional<std::size_t> position;
  } rows[] = {{0, 0, {}},  {1, 0, {}}, {2, 0, 0},  {3, 1, {}},         {10, 4, 4},
              {11, 5, {}}, {12, 5, 5}, {14, 6, 6}, {UINT32_MAX, 7, {}}};
  for (const auto& row : rows) {
    EXPECT_EQ(site.rows.lower_bound(row.uid), row.lower) << row.uid;
    EXPECT_EQ(site.rows.position(row.uid), row.position) << row.uid;
  }
  EXPECT_EQ(site.rows.place(4), "new/m10");
  EXPECT_EQ(site.rows.place(5), "cur/m12");
  EXPECT_TRUE(Rows().empty());
  EXPECT_EQ(Rows().position(1), std::nullopt);
}

TEST(Rows, WhatIsRemovedLeavesNoHole) {
  Site site;
  EXPECT_EQ(site.rows.remove({{1, 2}, {7, 8}, {12, 12}}), 3u);
  EXPECT_EQ(uids(site.rows), "4 6 10 14 ");
  EXPECT_EQ(site.rows.remove({{1, 2}, {8, 8}, {12, 13}}), 0u);
  EXPECT_EQ(site.rows.remove({{4, 6}}), 2u);
  EXPECT_EQ(uids(site.rows), "10 14 ");
  EXPECT_EQ(site.rows.position(4), std::nullopt);
  EXPECT_EQ(site.rows.position(10), 0u);
  EXPECT_EQ(site.rows.lower_bound(5), 0u);
  EXPECT_EQ(site.rows.place(1), "cur/m14");
  // A UID that was given out is not given out again.
  site.rows.add(record(4));
  EXPECT_EQ(uids(site.rows), "10 14 ");
  EXPECT_EQ(site.rows.remove({{1, UINT32_MAX}}), 2u);
  EXPECT_TRUE(site.rows.empty());
}

TEST(Rows, ChangesAreSeenAndTheSnapshotStays) {
  Site site;
  const auto before = site.sorted;
  const auto flag = [](Rows::Kept& one) {
    one.entry.system = maildir::flagged;
    one.place = "cur/other";
  };
  EXPECT_EQ(site.rows.change({{3, 4}, {14, 20}}, flag), 2u);
  EXPECT_EQ(site.rows[1].flags.system, maildir::flagged);
  EXPECT_EQ(site.rows[1].base, "other");
  EXPECT_EQ(site.rows.place(1), "cur/other");
  EXPECT_EQ(site.rows[6].flags.system, maildir::flagged);
  EXPECT_EQ(site.rows[0].flags.system, 0u);
  EXPECT_EQ(site.sorted, before);
  site.rows.remove({{4, 4}});
  EXPECT_EQ(site.rows.change({{4, 4}}, flag), 0u);
  EXPECT_EQ(uids(site.rows), "2 6 8 10 12 14 ");
}

TEST(Rows, AddedAgainAMessageIsTheLaterOne) {
  Site site;
  site.rows.add(record(6, maildir::draft));
  site.rows.add(record(12, maildir::draft));
  // One that nobody could have been told of.
  site.rows.add(record(5));
  EXPECT_EQ(uids(site.rows), "2 4 6 8 10 12 14 ");
  EXPECT_EQ(site.rows[2].flags.system, maildir::draft);
  EXPECT_EQ(site.rows[5].flags.system, maildir::draft);
}

TEST(Rows, KeywordsHaveNumbers) {
  Site site;
  EXPECT_EQ(site.rows[0].flags.keywords, (std::vector<std::string>{"$a"}));
  EXPECT_EQ(site.rows.number_of({}), 0u);
  EXPECT_EQ(site.rows.number_of({"$a"}), 1u);
  EXPECT_EQ(site.rows.number_of({"$a", "$b"}), 2u);
  EXPECT_EQ(site.rows.number_of({"$a", "$b"}), 2u);
  EXPECT_EQ(site.rows.keyword_sets(), 3u);
  EXPECT_EQ(site.rows.keywords(2), (std::vector<std::string>{"$a", "$b"}));
  for (const std::uint32_t none : {0u, 3u, UINT32_MAX}) EXPECT_TRUE(site.rows.keywords(none).empty()) << none;
}

TEST(Rows, ADamagedRowIsFoundWhenItIsLookedAt) {
  Site site;
  auto damaged = site.sorted;
  damaged[maildir::row_width + 20] = 'x';
  Rows rows;
  rows.begin_with({damaged, site.names}, {});
  EXPECT_FALSE(rows.is_damaged());
  EXPECT_EQ(rows.at(0).uid, 2u);
  EXPECT_FALSE(rows.is_damaged());
  EXPECT_EQ(rows.at(1).uid, 0u);
  EXPECT_TRUE(rows.is_damaged());
  EXPECT_EQ(uids(rows), "2 0! 6 8 10 ");
}

TEST(Rows, ASizeThatNobodyKnowsIsNone) {
  Rows rows;
  auto known = record(2);
  known.size = 0;
  rows.add(record(1));
  rows.add(known);
  EXPECT_EQ(rows[0].size, std::nullopt);
  EXPECT_EQ(rows[1].size, 0u);
}

}  // namespace
}  // namespace rows_test

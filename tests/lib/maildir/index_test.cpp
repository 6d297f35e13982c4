#include "maildir/index.hpp"

#include <gtest/gtest.h>

#include "temporary.hpp"

namespace {

maildir::Record record(std::uint32_t uid) {
  maildir::Record out;
  out.uid = uid;
  out.base = "m" + std::to_string(uid);
  return out;
}

TEST(Index, TwoReadersSeeOneWriter) {
  const Temporary site;
  maildir::Index writer(site.box());
  maildir::Index reader(site.box());
  EXPECT_FALSE(reader.read().value());
  const auto lock = writer.lock().value();
  ASSERT_TRUE(writer.make(7));
  ASSERT_TRUE(writer.append(maildir::line_added(record(1)), true));
  EXPECT_TRUE(reader.read().value());
  EXPECT_EQ(reader.state().records.size(), 1u);
  ASSERT_TRUE(writer.append(maildir::line_added(record(2)), false));
  EXPECT_TRUE(reader.read().value());
  EXPECT_EQ(reader.state().records.size(), 2u);
}

TEST(Index, APieceOfALineIsCutOffByTheNextWriter) {
  const Temporary site;
  maildir::Index writer(site.box());
  ASSERT_TRUE(writer.make(7));
  std::ofstream(site.box() + "/tubepost-index", std::ios::app) << "+ 1 2 3";
  maildir::Index other(site.box());
  ASSERT_TRUE(other.read().value());
  ASSERT_TRUE(other.append(maildir::line_added(record(4)), true));
  ASSERT_TRUE(writer.read().value());
  EXPECT_EQ(writer.state().damaged, 0u);
  EXPECT_EQ(writer.state().records.at(0).uid, 4u);
}

TEST(Index, WritingItAnewKeepsWhatCounts) {
  const Temporary site;
  maildir::Index index(site.box());
  maildir::Index reader(site.box());
  ASSERT_TRUE(index.make(7));
  std::string lines = maildir::line_added(record(1)) + maildir::line_added(record(2));
  for (std::uint64_t i = 0; i < 1500; ++i) {
    auto changed = record(1);
    changed.modseq = i;
    lines += maildir::line_flags(changed);
  }
  lines += maildir::line_added(record(9)) + maildir::line_removed(9, 3000);
  ASSERT_TRUE(index.append(lines, true));
  ASSERT_TRUE(reader.read().value());
  ASSERT_TRUE(index.compact());
  EXPECT_EQ(index.state().generation, 2u);
  for (auto* one : {&index, &reader}) {
    ASSERT_TRUE(one->read().value());
    EXPECT_EQ(one->state().records.size(), 2u);
    EXPECT_EQ(one->state().uid_next, 10u);
    EXPECT_EQ(one->state().modseq, 3000u);
    EXPECT_EQ(one->state().validity, 7u);
  }
}

}  // namespace

#include "maildir/checksum.hpp"

#include <gtest/gtest.h>

namespace checksum_test {
namespace {

TEST(Checksum, IsTheCrc32ThatEverybodyKnows) {
  const struct {
    std::string_view text;
    std::string_view wanted;
  } rows[] = {{"", "00000000"}, {"a", "e8b7be43"}, {"123456789", "cbf43926"}};
  for (const auto& row : rows) EXPECT_EQ(maildir::checksum(row.text), row.wanted) << row.text;
}

TEST(Checksum, GoesOnWhereAnotherEnded) {
  EXPECT_EQ(maildir::crc("56789", maildir::crc("1234")), maildir::crc("123456789"));
  EXPECT_EQ(maildir::crc("123456789"), 0xcbf43926u);
}

TEST(Checksum, ALineThatWasFinishedIsRead) {
  std::string out = "what stands before\n";
  const auto start = out.size();
  out += "k one two";
  maildir::finish_line(out, start);
  ASSERT_EQ(out.back(), '\n');
  const auto line = std::string_view(out).substr(start, out.size() - start - 1);
  EXPECT_EQ(maildir::checked_content(line), "k one two ");
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string damaged(line);
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_EQ(maildir::checked_content(damaged), "") << damaged;
    EXPECT_EQ(maildir::checked_content(line.substr(0, i)), "") << i;
  }
}

TEST(Checksum, APersonNeedsNone) {
  EXPECT_EQ(maildir::checked_content("= 17 33 FS --------"), "= 17 33 FS ");
  for (const auto* line :
       {"--------", " --------x", "= 17 33 FS--------", "= 17 33 FS -------", "= 17 33 FS -------0"})
    EXPECT_EQ(maildir::checked_content(line), "") << line;
}

TEST(Checksum, WhatHasNoRoomForOneIsNoLine) {
  for (const auto* line : {"", " ", "00000000", " 00000000", "x00000000", "abcdefghij"})
    EXPECT_EQ(maildir::checked_content(line), "") << line;
  // In front of it stands a blank, also when the sum is right.
  EXPECT_EQ(maildir::checked_content("xy" + maildir::checksum("xy")), "");
  EXPECT_EQ(maildir::checked_content("XY " + maildir::checksum("XY ")), "XY ");
}

}  // namespace
}  // namespace checksum_test

#include "maildir/file_name.hpp"

#include <gtest/gtest.h>

namespace {

TEST(FileName, OfTheBaseAndTheSize) {
  EXPECT_EQ(maildir::base_of("1.a,W=7:2,FS"), "1.a,W=7");
  EXPECT_EQ(maildir::base_of("1.a"), "1.a");
  EXPECT_EQ(maildir::wire_size_in("1.a,W=7"), 7u);
  EXPECT_EQ(maildir::wire_size_in("1.a,W=7,S=6"), 7u);
  EXPECT_FALSE(maildir::wire_size_in("1.a,W=x"));
  EXPECT_FALSE(maildir::wire_size_in("1.a,S=6"));
}

TEST(FileName, UniqueIdsFitPop3) {
  EXPECT_EQ(maildir::unique_id("1.M2P3.host"), "1.M2P3.host");
  const std::string a(100, 'x');
  EXPECT_LE(maildir::unique_id(a).size(), 70U);
  EXPECT_NE(maildir::unique_id(a), maildir::unique_id(a + "y"));
  EXPECT_EQ(maildir::unique_id("a b").find(' '), std::string::npos);
}

}  // namespace

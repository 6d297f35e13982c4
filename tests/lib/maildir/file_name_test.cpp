#include "maildir/file_name.hpp"

#include <gtest/gtest.h>

#include "maildir/flags.hpp"

namespace file_name_test {
namespace {

TEST(FileName, OfTheBaseAndTheSize) {
  EXPECT_EQ(maildir::base_of("1.a,W=7:2,FS"), "1.a,W=7");
  EXPECT_EQ(maildir::base_of("1.a"), "1.a");
  for (const char* name : {"1.a,U=7:2,FS", "1.a,U=7", "1.a,U=4294967295:2,"})
    EXPECT_EQ(maildir::base_of(name), "1.a") << name;
  for (const char* name : {"1.a,U=", "1.a,U=x", "1.a,U=7,S=2", "1.aU=7", ",U=7", "17", "U=7"})
    EXPECT_EQ(maildir::base_of(name), name);
  EXPECT_EQ(maildir::suffix_with(0, ""), ":2,");
  EXPECT_EQ(maildir::suffix_with(maildir::deleted, ",U=7"), ",U=7:2,T");
  EXPECT_EQ(maildir::suffix_with(maildir::seen, ",U=7:2,Fa"), ",U=7:2,Sa");
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
  for (const char* base : {"1.a,S=2", "1.a,U=7,S=2", "1.a,U=12,S=2"})
    EXPECT_EQ(maildir::unique_id(base), "1.a,S=2") << base;
  for (const char* base : {"1.a,U=x", ",U=7"}) EXPECT_EQ(maildir::unique_id(base), base);
  EXPECT_EQ(maildir::unique_id("a b").find(' '), std::string::npos);
}

}  // namespace
}  // namespace file_name_test

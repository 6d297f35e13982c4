#include "maildir/three_way.hpp"

#include <gtest/gtest.h>

namespace three_way_test {
namespace {

maildir::Record named(unsigned system, const char* suffix, bool in_new = false) {
  maildir::Record out;
  out.flags.system = system;
  out.suffix = suffix;
  out.in_new = in_new;
  return out;
}

TEST(ThreeWay, AnotherProgramsChangeCountsAndTheIndexsOwnStays) {
  using maildir::three_way;
  const unsigned ours = maildir::seen | maildir::flagged;
  EXPECT_EQ(three_way(named(ours, ":2,"), named(0, ":2,")), ours);
  EXPECT_EQ(three_way(named(ours, ":2,"), named(0, ":2,R")), ours | maildir::answered);
  EXPECT_EQ(three_way(named(ours, ":2,ST"), named(0, ":2,S")), ours);
  EXPECT_EQ(three_way(named(ours | maildir::deleted, ":2,ST"), named(0, ":2,S")), ours);
  EXPECT_EQ(three_way(named(ours, ":2,S"), named(0, ":2,")), maildir::flagged + 0u);
  EXPECT_EQ(three_way(named(ours, ":2,S"), named(0, "", true)), ours);
  EXPECT_EQ(three_way(named(0, "", true), named(0, ":2,F")), maildir::flagged + 0u);
}

}  // namespace
}  // namespace three_way_test

#include "base/scanner.hpp"

#include <gtest/gtest.h>

namespace scanner_test {
namespace {

TEST(Scanner, WalksAndStopsAtTheEnd) {
  base::Scanner in("MAIL from:<a>");
  EXPECT_TRUE(in.take_icase("mail"));
  EXPECT_TRUE(in.take(' '));
  EXPECT_FALSE(in.take("FROM"));
  EXPECT_TRUE(in.take_icase("FROM:"));
  EXPECT_EQ(in.take_while([](char c) { return c != '>'; }), "<a");
  EXPECT_EQ(in.next(), '>');
  EXPECT_TRUE(in.done());
  EXPECT_EQ(in.next(), '\0');
  in.back_to(99);
  EXPECT_TRUE(in.done());
}

}  // namespace
}  // namespace scanner_test

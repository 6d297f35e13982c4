#include "net/mx.hpp"

#include <gtest/gtest.h>

namespace mx_test {
namespace {

using net::Exchanger;

std::size_t first(std::size_t) {
  return 0;
}

std::string names(const std::vector<Exchanger>& of) {
  std::string out;
  for (const auto& one : of) out += std::to_string(one.preference) + "=" + one.name + " ";
  return out;
}

TEST(Mx, Records) {
  EXPECT_EQ(net::parse_exchanger("10 MX.Example.org"), (Exchanger{10, "mx.example.org"}));
  EXPECT_EQ(net::parse_exchanger("0 ."), (Exchanger{0, "."}));
  for (const char* wrong :
       {"", "10", "65536 a.test", "x a.test", "-1 a.test", "10 a..test", "10  a.test", "10 "})
    EXPECT_FALSE(net::parse_exchanger(wrong)) << wrong;
}

TEST(Mx, Order) {
  EXPECT_EQ(names(net::in_order({"20 b.test", "10 a.test", "20 c.test", "bad", "5 ."}, first)),
            names(net::in_order({"20 b.test", "10 a.test", "20 c.test"}, first)));
  EXPECT_EQ(names(net::in_order({"20 b.test", "10 a.test"}, first)), "10=a.test 20=b.test ");
  EXPECT_EQ(names(net::in_order({"20 a.test", "10 a.test", "10 A.test"}, first)), "10=a.test ");
  EXPECT_EQ(names(net::in_order({}, first)), "");
}

TEST(Mx, AlikeOnesAreShuffled) {
  const std::vector<std::string> records = {"10 a.test", "10 b.test", "10 c.test"};
  EXPECT_EQ(names(net::in_order(records, first)), "10=b.test 10=c.test 10=a.test ");
  EXPECT_EQ(names(net::in_order(records, [](std::size_t n) { return n - 1; })),
            "10=a.test 10=b.test 10=c.test ");
}

TEST(Mx, NullMx) {
  EXPECT_TRUE(net::is_null_mx({"0 ."}));
  EXPECT_TRUE(net::is_null_mx({"10 ."}));
  EXPECT_FALSE(net::is_null_mx({"0 .", "10 a.test"}));
  EXPECT_FALSE(net::is_null_mx({"0 a.test"}));
  EXPECT_FALSE(net::is_null_mx({}));
}

TEST(Mx, WhatIsBehindOursIsLeftOut) {
  const auto all = net::in_order({"10 a.test", "20 b.test", "20 c.test", "30 d.test"},
                                 [](std::size_t n) { return n - 1; });
  const auto without = [&](const std::string& ours) {
    auto left = all;
    const bool found = net::drop_from_ours(left, [&](const Exchanger& one) { return one.name == ours; });
    return (found ? "found " : "") + names(left);
  };
  EXPECT_EQ(without("c.test"), "found 10=a.test ");
  EXPECT_EQ(without("a.test"), "found ");
  EXPECT_EQ(without("d.test"), "found 10=a.test 20=b.test 20=c.test ");
  EXPECT_EQ(without("x.test"), names(all));
}

}  // namespace
}  // namespace mx_test

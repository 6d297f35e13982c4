#include "net/dns_list.hpp"

#include <gtest/gtest.h>

namespace dns_list_test {
namespace {

using net::DnsList;

TEST(DnsList, ZoneAnswersAndWeight) {
  const auto plain = DnsList::parse("BL.example.net.").value();
  EXPECT_EQ(plain.zone, "bl.example.net");
  EXPECT_EQ(plain.weight, 1);
  EXPECT_TRUE(plain.answers.empty());
  const auto full =
      DnsList::parse(" bl.example.net = 127.0.0.2 , 127.0.0.4..9,127.1.0.0..127.2.0.0 * -3 ").value();
  EXPECT_EQ(full.zone, "bl.example.net");
  EXPECT_EQ(full.weight, -3);
  const std::vector<DnsList::Range> ranges = {
      {0x7F000002, 0x7F000002}, {0x7F000004, 0x7F000009}, {0x7F010000, 0x7F020000}};
  EXPECT_EQ(full.answers, ranges);
}

TEST(DnsList, WhatIsNone) {
  for (const char* wrong :
       {"", "*1", "a b", "=127.0.0.1", "x.test=", "x.test=127.0.0.2,", "x.test=128.0.0.1",
        "x.test=127.0.0.2..1", "x.test=127.0.0.2..256", "x.test=127.0.0.2..128.0.0.1", "x.test*0",
        "x.test*1001", "x.test*-1001", "x.test*", "x.test*1*2", "x.test*+1", "x..test", "x.test=x"})
    EXPECT_EQ(DnsList::parse(wrong).error().code, base::Exit::configuration) << wrong;
  EXPECT_FALSE(
      DnsList::parse(std::string(60, 'a') + "." + std::string(60, 'a') + "." + std::string(60, 'a')));
}

TEST(DnsList, WhatCounts) {
  const auto any = DnsList::parse("x.test").value();
  EXPECT_TRUE(any.counts({"127.0.0.2"}));
  EXPECT_TRUE(any.counts({"192.0.2.1", "127.9.9.9"}));
  // An address behind a domain that somebody has bought, and lists that do not answer such resolvers.
  for (const char* other : {"192.0.2.1", "127.255.255.254", "x", ""})
    EXPECT_FALSE(any.counts({other})) << other;
  EXPECT_FALSE(any.counts({}));
  EXPECT_TRUE(any.refuses({"127.255.255.254"}));
  EXPECT_FALSE(any.refuses({"127.0.0.2", "127.255.255.254"}));
  EXPECT_FALSE(any.refuses({"192.0.2.1"}));
  const auto some = DnsList::parse("x.test=127.0.0.2..4,127.255.255.254").value();
  for (const char* inside : {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.255.255.254"})
    EXPECT_TRUE(some.counts({inside})) << inside;
  EXPECT_FALSE(some.refuses({"127.255.255.254"}));
  for (const char* outside : {"127.0.0.1", "127.0.0.5"}) EXPECT_FALSE(some.counts({outside})) << outside;
}

TEST(DnsList, NamesOfAddresses) {
  const auto list = DnsList::parse("x.test").value();
  EXPECT_EQ(list.name_for("192.0.2.9"), "9.2.0.192.x.test");
  EXPECT_EQ(list.name_for("::1"), "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.x.test");
  EXPECT_EQ(list.name_for("unknown"), "");
}

}  // namespace
}  // namespace dns_list_test

#include "net/mta_sts.hpp"

#include <gtest/gtest.h>

namespace mta_sts_test {
namespace {

using Mode = net::StsPolicy::Mode;

TEST(MtaSts, Policy) {
  const auto policy = net::parse_sts_policy(
                          "version: STSv1\r\nmode: enforce\r\nmx: MAIL.example.com\r\n"
                          "mx: *.example.net\r\nmax_age: 604800\r\nnew: thing\r\n")
                          .value();
  EXPECT_EQ(policy, (net::StsPolicy{Mode::enforce, 604800, {"mail.example.com", "*.example.net"}}));
  EXPECT_EQ(net::parse_sts_policy("mode:testing\nmx:a.test\nmax_age:99999999999\nversion:STSv1").error().code,
            base::Exit::data);
  EXPECT_EQ(
      net::parse_sts_policy("mode:testing\nmx:a.test\nmax_age:9999999999\nversion:STSv1").value().max_age,
      net::sts_longest_age);
  EXPECT_EQ(net::parse_sts_policy("version: STSv1\nmode: none\nmax_age: 0").value().mode, Mode::none);
  // Of all keys but mx the first counts.
  EXPECT_EQ(
      net::parse_sts_policy("version:STSv1\nmode:none\nmode:enforce\nmax_age:1\nmax_age:x").value().max_age,
      1U);
}

TEST(MtaSts, WhatIsNoPolicy) {
  for (const char* wrong :
       {"", "version: STSv1", "version: STSv2\nmode: none\nmax_age: 1",
        "version: STSv1\nmode: Enforce\nmx: a.test\nmax_age: 1", "version: STSv1\nmode: enforce\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.test", "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: -1",
        "version: STSv1\nmode: enforce\nmx: a..test\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.*.test\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx:\nmax_age: 1", "version: STSv1\nmode none\nmax_age: 1", "<html>"})
    EXPECT_EQ(net::parse_sts_policy(wrong).error().code, base::Exit::data) << wrong;
  std::string many = "version: STSv1\nmode: enforce\nmax_age: 1\n";
  for (std::size_t i = 0; i <= net::sts_patterns_limit; ++i) many += "mx: a.test\n";
  EXPECT_FALSE(net::parse_sts_policy(many));
  EXPECT_FALSE(
      net::parse_sts_policy("version: STSv1\nmode: none\nmax_age: 1\n" + std::string(64 * 1024, '\n')));
}

TEST(MtaSts, Hosts) {
  const net::StsPolicy policy = {Mode::enforce, 1, {"mx.example.org", "*.example.net"}};
  for (const char* good : {"mx.example.org", "MX.example.org", "a.example.net", "A.EXAMPLE.net"})
    EXPECT_TRUE(policy.allows(good)) << good;
  for (const char* bad : {"example.org", "a.mx.example.org", "example.net", ".example.net", "a.b.example.net",
                          "", "aexample.net", "*.example.org"})
    EXPECT_FALSE(policy.allows(bad)) << bad;
}

TEST(MtaSts, Identifiers) {
  EXPECT_EQ(net::sts_id({"v=STSv1; id=20160831085700Z;"}), "20160831085700Z");
  EXPECT_EQ(net::sts_id({"v=spf1 -all", "v=STSv1;id=1"}), "1");
  EXPECT_EQ(net::sts_id({"v=STSv1 ; x=y; id=a1 "}), "a1");
  const std::vector<std::vector<std::string>> none = {{},
                                                      {"v=STSv1; id="},
                                                      {"v=STSv1"},
                                                      {"v=STSv1; id=a b"},
                                                      {"v=STSv1; id=a-b"},
                                                      {"v=STSv12; id=1"},
                                                      {"v=STSv1; id=1", "v=STSv1; id=2"},
                                                      {"v=STSv1; id=" + std::string(33, '1')},
                                                      {" v=STSv1; id=1"},
                                                      {"id=1; v=STSv1"}};
  for (const auto& records : none) EXPECT_FALSE(net::sts_id(records)) << (records.empty() ? "" : records[0]);
}

}  // namespace
}  // namespace mta_sts_test

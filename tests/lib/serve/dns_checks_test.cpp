#include "serve/dns_checks.hpp"

#include <gtest/gtest.h>

#include "fake_resolver.hpp"

namespace dns_checks_test {
namespace {

using Demand = serve::DnsRules::Demand;
using net::RecordType;

const FakeResolver::Table world = {
    {{RecordType::ptr, "192.0.2.1"}, FakeResolver::found({"MX.test"})},
    {{RecordType::ptr, "192.0.2.2"}, FakeResolver::found({"mx.test"})},
    {{RecordType::ptr, "192.0.2.3"}, FakeResolver::nxdomain()},
    {{RecordType::ptr, "192.0.2.5"}, FakeResolver::found({"mx.test", "unknown.test"})},
    {{RecordType::ptr, "2001:db8::1"}, FakeResolver::found({"six.test"})},
    {{RecordType::a, "MX.test"}, FakeResolver::found({"192.0.2.1"})},
    {{RecordType::a, "mx.test"}, FakeResolver::found({"192.0.2.1", "192.0.2.9"})},
    {{RecordType::aaaa, "mx.test"}, FakeResolver::nxdomain()},
    {{RecordType::a, "no.test"}, FakeResolver::nxdomain()},
    {{RecordType::aaaa, "no.test"}, FakeResolver::nxdomain()},
    {{RecordType::mx, "no.test"}, FakeResolver::nxdomain()},
    {{RecordType::a, "mail.test"}, FakeResolver::nxdomain()},
    {{RecordType::aaaa, "mail.test"}, FakeResolver::nxdomain()},
    {{RecordType::mx, "mail.test"}, FakeResolver::found({"10 mx.test"})},
    {{RecordType::a, "null.test"}, FakeResolver::nxdomain()},
    {{RecordType::aaaa, "null.test"}, FakeResolver::nxdomain()},
    {{RecordType::mx, "null.test"}, FakeResolver::found({"0 ."})},
    {{RecordType::a, "xn--bcher-kva.test"}, FakeResolver::found({"192.0.2.1"})},
    {{RecordType::a, "web_1.test"}, FakeResolver::found({"192.0.2.1"})},
    {{RecordType::aaaa, "six.test"}, FakeResolver::found({"2001:db8:0::1"})},
    {{RecordType::a, "1.2.0.192.bl.test"}, FakeResolver::found({"127.0.0.2"})},
    {{RecordType::txt, "1.2.0.192.bl.test"}, FakeResolver::found({"bad\r\n250 ok \xFF"})},
    {{RecordType::a, "1.2.0.192.good.test"}, FakeResolver::found({"127.0.0.5"})},
    {{RecordType::a, "2.2.0.192.bl.test"}, FakeResolver::found({"127.0.0.2"})},
    {{RecordType::a, "3.2.0.192.bl.test"}, FakeResolver::nxdomain()},
    {{RecordType::a, "3.2.0.192.good.test"}, FakeResolver::found({"127.0.0.5"})},
};

serve::DnsRules rules(Demand reverse, bool helo, std::vector<std::string> lists = {},
                      std::int64_t threshold = 1) {
  serve::DnsRules out;
  out.reverse = reverse;
  out.helo = helo;
  for (const auto& list : lists) out.lists.push_back(net::DnsList::parse(list).value());
  out.threshold = threshold;
  return out;
}

serve::DnsChecks checks(const serve::DnsRules& rules, const std::string& address,
                        std::vector<std::string>* log = nullptr) {
  return {rules, std::make_unique<FakeResolver>(world, log), address};
}

std::string judge(serve::DnsChecks& checks, const char* helo = "mx.test") {
  checks.connected();
  checks.greeted(helo);
  checks.begun();
  const auto reply = checks.refusal();
  return reply ? std::to_string(reply->code) + " " + reply->enhanced + " " + reply->lines.at(0) : "-";
}

std::string judge(const serve::DnsRules& rules, const std::string& address, const char* helo = "mx.test") {
  auto one = checks(rules, address);
  return judge(one, helo);
}

TEST(DnsChecks, ANameThatLeadsBack) {
  const auto strict = rules(Demand::yes, false);
  EXPECT_EQ(judge(strict, "192.0.2.1"), "-");
  EXPECT_EQ(judge(strict, "::ffff:192.0.2.1"),
            "450 4.7.25 the name of ::ffff:192.0.2.1 cannot be looked up now");
  EXPECT_EQ(judge(strict, "2001:db8::1"), "-");
  EXPECT_EQ(judge(strict, "192.0.2.2"), "550 5.7.25 192.0.2.2 has no name that leads back to it");
  EXPECT_EQ(judge(strict, "192.0.2.3"), "550 5.7.25 192.0.2.3 has no name that leads back to it");
  EXPECT_EQ(judge(strict, "192.0.2.4"), "450 4.7.25 the name of 192.0.2.4 cannot be looked up now");
  // One of its names may be the right one.
  EXPECT_EQ(judge(strict, "192.0.2.5"), "450 4.7.25 the name of 192.0.2.5 cannot be looked up now");
  auto good = checks(strict, "192.0.2.1");
  EXPECT_EQ(good.host(), "");
  EXPECT_EQ(judge(good), "-");
  EXPECT_EQ(good.host(), "mx.test");
  const auto warn = rules(Demand::warn, false);
  for (const char* address : {"192.0.2.2", "192.0.2.3", "192.0.2.4"}) {
    auto bad = checks(warn, address);
    EXPECT_EQ(judge(bad), "-");
    EXPECT_EQ(bad.host(), "");
  }
}

TEST(DnsChecks, TheNameItGivesItself) {
  const auto strict = rules(Demand::no, true);
  EXPECT_EQ(judge(strict, "192.0.2.9"), "-");
  EXPECT_EQ(judge(strict, "192.0.2.9", "[192.0.2.9]"), "-");
  EXPECT_EQ(judge(strict, "192.0.2.9", "WEB_1.test"), "-");
  EXPECT_EQ(judge(strict, "192.0.2.9",
                  "b\xC3\xBC"
                  "cher.test"),
            "-");
  EXPECT_EQ(judge(strict, "192.0.2.9", "no.test"), "550 5.7.1 your name no.test is not in the DNS");
  // A domain that takes mail need not have an address.
  EXPECT_EQ(judge(strict, "192.0.2.9", "mail.test"), "-");
  EXPECT_EQ(judge(strict, "192.0.2.9", "mail.test."), "-");
  EXPECT_EQ(judge(strict, "192.0.2.9", "null.test"), "550 5.7.1 your name null.test is not in the DNS");
  EXPECT_EQ(judge(strict, "192.0.2.9", "a..b"), "550 5.7.1 your name a..b is not in the DNS");
  EXPECT_EQ(judge(strict, "192.0.2.9", "who.test"), "450 4.7.1 your name who.test cannot be looked up now");
  auto again = checks(strict, "192.0.2.9");
  EXPECT_NE(judge(again, "no.test"), "-");
  EXPECT_EQ(judge(again, "mx.test"), "-");
}

TEST(DnsChecks, ListsCountByWeight) {
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}), "192.0.2.1"),
            "550 5.7.1 192.0.2.1 is listed at bl.test: bad??250 ok ?");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}), "192.0.2.2"),
            "550 5.7.1 192.0.2.2 is listed at bl.test");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}), "192.0.2.3"), "-");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}), "192.0.2.4"), "-");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test=127.0.0.3"}), "192.0.2.1"), "-");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test", "good.test*-1"}), "192.0.2.1"), "-");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test*3", "good.test*-1"}, 2), "192.0.2.1").substr(0, 9),
            "550 5.7.1");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}, 2), "192.0.2.1"), "-");
  EXPECT_EQ(judge(rules(Demand::no, false, {"bl.test"}), "unknown"), "-");
}

TEST(DnsChecks, WhomAListPraisesHasNothingElseToShow) {
  const auto all = rules(Demand::yes, true, {"good.test*-1"});
  auto one = checks(all, "192.0.2.3");
  EXPECT_EQ(judge(one, "no.test"), "-");
  EXPECT_TRUE(one.is_praised());
  EXPECT_NE(judge(all, "192.0.2.2", "no.test"), "-");
}

TEST(DnsChecks, AskedEarlyWaitedForLateAndOnce) {
  std::vector<std::string> log;
  const auto all = rules(Demand::yes, true, {"bl.test", "good.test*-1"}, 5);
  auto one = checks(all, "192.0.2.2", &log);
  one.connected();
  EXPECT_EQ(log, (std::vector<std::string>{"ask A 2.2.0.192.bl.test", "ask A 2.2.0.192.good.test"}));
  one.greeted("mx.test");
  one.begun();
  EXPECT_EQ(log.size(), 6U);
  EXPECT_EQ(log.back(), "ask MX mx.test");
  (void)one.refusal();
  const auto asked = log.size();
  one.begun();
  (void)one.refusal();
  EXPECT_EQ(log.size(), asked);
}

}  // namespace
}  // namespace dns_checks_test

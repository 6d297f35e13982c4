#include "net/tls_report.hpp"

#include <gtest/gtest.h>

namespace tls_report_test {
namespace {

using Strings = std::vector<std::string>;

TEST(TlsReport, WhoWantsToBeTold) {
  EXPECT_EQ(net::tls_report_uris({"x", "v=TLSRPTv1; rua=mailto:a@x.test,https://x.test/r ; new=1"}),
            (Strings{"mailto:a@x.test", "https://x.test/r"}));
  EXPECT_EQ(net::tls_report_uris({"v=TLSRPTv1;rua=ftp://x.test, mailto:b@x.test"}),
            (Strings{"mailto:b@x.test"}));
  for (const auto& none : {Strings{}, Strings{"v=TLSRPTv1"}, Strings{"v=TLSRPTv12; rua=mailto:a@x.test"},
                           Strings{"v=TLSRPTv1; rua="}, Strings{"rua=mailto:a@x.test; v=TLSRPTv1;"},
                           Strings{"v=TLSRPTv1; rua=mailto:a@x.test", "v=TLSRPTv1; rua=mailto:a@x.test"}})
    EXPECT_EQ(net::tls_report_uris(none), Strings{}) << (none.empty() ? "" : none[0]);
  EXPECT_EQ(net::mailto_address("MAILTO:a%2Bb@x.test?subject=x"), "a+b@x.test");
  for (const char* none : {"https://x.test", "mailto:a%", "mailto:a%zz", ""})
    EXPECT_FALSE(net::mailto_address(none)) << none;
}

net::TlsResult result(const std::string& failure) {
  return {{"sts", "x.test", {"mode: testing", "mx: *.x.test"}, {"*.x.test"}},
          failure,
          "192.0.2.1",
          "mx.x.test",
          "192.0.2.2",
          ""};
}

TEST(TlsReport, LinesComeBack) {
  for (const char* failure : {"", "certificate-expired"}) {
    const auto one = result(failure);
    EXPECT_EQ(net::parse_tls_result(net::to_line(one)).value(), one);
  }
  auto evil = result("validation-failure");
  evil.reason = "a\tb\nc|d";
  EXPECT_EQ(net::parse_tls_result(net::to_line(evil)).value().reason, "a b c d");
  auto huge = result("");
  huge.policy.text = {std::string(5000, 'x')};
  EXPECT_LE(net::to_line(huge).size(), net::tls_result_limit);
  EXPECT_EQ(net::parse_tls_result(net::to_line(huge)).value().host, "mx.x.test");
  for (const char* wrong :
       {"", "a", "a\tb\tc\td\te\tf\tg\th", "\tb\tc\td\te\tf\tg\th\ti", "a\tb\tc\td\t\tf\tg\th\ti"})
    EXPECT_FALSE(net::parse_tls_result(wrong)) << wrong;
}

TEST(TlsReport, OnlyDomainsAndKnownPoliciesHaveReports) {
  const auto line = [](const std::string& domain, const std::string& type) {
    return domain + "\t" + type + "\t\t\tsuccess\t\tmx\t\t\n";
  };
  EXPECT_TRUE(net::parse_tls_result(line("a_b.x-1.test", "tlsa")));
  for (const char* domain :
       {"a b.test", "a\rb.test", "a\"b.test", "../x.test", "a..b", "-;x", "\xc3\xa4.test", "a\x1b[2J"})
    EXPECT_FALSE(net::parse_tls_result(line(domain, "sts"))) << domain;
  EXPECT_FALSE(net::parse_tls_result(line("x.test", "other")));
}

TEST(TlsReport, HostilePeersDoNotBreakTheText) {
  auto evil = result("validation-failure");
  evil.reason = "550 \"}],\\ \x1b[31m\xff\xfe\r\n\xe2\x80\xae{\"a\":1}";
  evil.host = "mx\"\\.x.test";
  net::TlsReport report;
  report.add(net::parse_tls_result(net::to_line(evil)).value());
  const auto text = report.json({"Ours", "mailto:us@ours.test", "id@ours", 1795219200});
  EXPECT_NE(text.find("\"failure-reason-code\":\"550 \\\"}],\\\\  [31m\xef\xbf\xbd"), std::string::npos)
      << text;
  EXPECT_EQ(text.find_first_of("\x1b\r\xff\xfe"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("receiving-mx-hostname":"mx\"\\.x.test")"), std::string::npos) << text;
}

TEST(TlsReport, APolicyForEachSessionFillsNoMemory) {
  net::TlsReport report;
  for (int i = 0; i < 1000; ++i) {
    auto one = result(i % 2 == 0 ? "" : "certificate-expired");
    one.policy.text = {"id: " + std::to_string(i)};
    report.add(one);
  }
  const auto text = report.json({"Ours", "mailto:us@ours.test", "id@ours", 1795219200});
  EXPECT_LT(text.size(), 50'000U);
  std::size_t sessions = 0;
  for (const std::string_view key : {"successful-session-count\":", "failure-session-count\":"})
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + 1))
      sessions += std::stoul(text.substr(at + key.size()));
  EXPECT_EQ(sessions, 1000U);
}

TEST(TlsReport, CountsByPolicyAndFailure) {
  net::TlsReport report;
  EXPECT_TRUE(report.empty());
  for (const char* failure : {"", "", "certificate-expired", "certificate-expired"})
    report.add(result(failure));
  report.add({{"no-policy-found", "x.test"}});
  EXPECT_EQ(
      report.json({"Ours", "mailto:us@ours.test", "id@ours", 1795219200}),
      R"({"organization-name":"Ours","date-range":{"start-datetime":"2026-11-21T00:00:00Z","end-datetime":"2026-11-21T23:59:59Z"},)"
      R"("contact-info":"mailto:us@ours.test","report-id":"id@ours","policies":[)"
      R"({"policy":{"policy-type":"no-policy-found","policy-domain":"x.test"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}},)"
      R"({"policy":{"policy-type":"sts","policy-string":["mode: testing","mx: *.x.test"],"policy-domain":"x.test","mx-host":["*.x.test"]},)"
      R"("summary":{"total-successful-session-count":2,"total-failure-session-count":2},"failure-details":[)"
      R"({"result-type":"certificate-expired","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"mx.x.test","receiving-ip":"192.0.2.2","failed-session-count":2}]}]})"
      "\n");
}

TEST(TlsReport, Days) {
  EXPECT_EQ(net::parse_day("2026-11-21"), 1795219200U);
  EXPECT_EQ(net::utc_text(1795219200), "2026-11-21T00:00:00Z");
  for (const char* wrong :
       {"", "2026-11-31", "2026-13-01", "2026-11-21x", "2026/11/21", "1969-01-01", ".-..-..."})
    EXPECT_FALSE(net::parse_day(wrong)) << wrong;
}

}  // namespace
}  // namespace tls_report_test

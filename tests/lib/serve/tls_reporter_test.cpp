#include "serve/tls_reporter.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "fake_resolver.hpp"
#include "talk.hpp"

namespace tls_reporter_test {
namespace {

std::string line(const std::string& domain, const std::string& failure = "") {
  return net::to_line({{"no-policy-found", domain}, failure, "", "mx." + domain, "", ""});
}

struct Place {
  Directory directory = {};
  std::string results = directory.path() + "/results";
  std::string spool = directory.path() + "/spool";
  Place() {
    std::filesystem::create_directories(results);
    for (const char digit : std::string("0123456789abcdef"))
      std::filesystem::create_directories(spool + "/queue/" + digit);
  }
  void write(const std::string& day, const std::string& text) const {
    std::ofstream(results + "/" + day) << text;
  }
  std::size_t queued() const {
    std::size_t out = 0;
    for (const auto& one : std::filesystem::recursive_directory_iterator(spool + "/queue"))
      out += one.is_regular_file() ? 1 : 0;
    return out;
  }
};

TEST(TlsReporter, Days) {
  const Place place;
  for (const char* day : {"2026-11-20", "2026-11-19", "2026-11-21", "2026-11-20.sent", "lock"})
    place.write(day, "");
  EXPECT_EQ(serve::finished_days(place.results, net::parse_day("2026-11-21").value() + 900).value(),
            (std::vector<std::string>{"2026-11-19", "2026-11-20"}));
  EXPECT_EQ(serve::finished_days(place.results, net::parse_day("2026-11-21").value() + 899).value(),
            std::vector<std::string>{"2026-11-19"});
  EXPECT_EQ(serve::finished_days(place.results + "/none", 1'000'000).error().code, base::Exit::no_input);
}

TEST(TlsReporter, ResultsByDomain) {
  const Place place;
  place.write("2026-11-20", line("x.test") + "nonsense\n" + std::string(500'000, 'x') + "\n" +
                                line("y.test") + line("x.test", "certificate-expired") + "unfinished");
  const auto reports = serve::read_tls_results(place.results + "/2026-11-20").value();
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_NE(reports.at("x.test").json({}).find("\"total-failure-session-count\":1"), std::string::npos);
}

TEST(TlsReporter, OneMessageForEachDomainThatWantsIt) {
  const Place place;
  place.write("2026-11-20", line("x.test") + line("web.test") + line("no.test") + line("unknown.test"));
  FakeResolver::Table world = {
      {{net::RecordType::txt, "_smtp._tls.x.test"}, FakeResolver::found({"v=TLSRPTv1; rua=mailto:a@x.test"})},
      {{net::RecordType::txt, "_smtp._tls.web.test"},
       FakeResolver::found({"v=TLSRPTv1; rua=https://web.test"})},
      {{net::RecordType::txt, "_smtp._tls.no.test"}, FakeResolver::nxdomain()}};
  FakeResolver dns(world);
  const serve::TlsReporter reporter = {place.results, place.spool, "us.test", "pm@us.test", dns};
  const std::uint64_t now = 1795219200 + 3600;
  EXPECT_EQ(reporter.report("2026-11-20", now).error().code, base::Exit::temporary);
  EXPECT_EQ(place.queued(), 1U);
  EXPECT_FALSE(reporter.report("2026-11-20", now));
  EXPECT_EQ(place.queued(), 1U);
  world[{net::RecordType::txt, "_smtp._tls.unknown.test"}] =
      FakeResolver::found({"v=TLSRPTv1; rua=mailto:a@b c"});
  EXPECT_TRUE(reporter.report("2026-11-20", now));
  EXPECT_EQ(place.queued(), 1U);
  EXPECT_TRUE(std::filesystem::is_empty(place.results));
}

TEST(TlsReporter, NobodyWaitsForEver) {
  const Place place;
  place.write("2026-11-20", line("unknown.test"));
  const FakeResolver::Table world;
  FakeResolver dns(world);
  const serve::TlsReporter reporter = {place.results, place.spool, "us.test", "pm@us.test", dns};
  EXPECT_TRUE(reporter.report("2026-11-20", 1795219200 + 8 * 86'400));
  EXPECT_TRUE(std::filesystem::is_empty(place.results));
}

}  // namespace
}  // namespace tls_reporter_test

#include "serve/spool_stats.hpp"

#include <gtest/gtest.h>

#include "serve/clock.hpp"
#include "spool_site.hpp"

namespace spool_stats_test {
namespace {

std::string count(const SpoolSite& site, bool json) {
  return written([&] { EXPECT_EQ(serve::count_spool({"stats", site.path(), {}, json}, {}).value(), 0); });
}

TEST(SpoolStats, StatesAgesDestinations) {
  const SpoolSite site;
  EXPECT_TRUE(count(site, true).starts_with("{\"messages\":0,"));
  const auto now = serve::now_seconds();
  site.put(now - 7200, "", {"bob@a.test"});
  ASSERT_TRUE(site.queue().defer(site.put(now - 7200, "", {"bob@b.test"}), now + 3600));
  for (int i = 0; i < 12; ++i) site.put(now - 10, "", {"bob@" + std::to_string(i) + ".test"});
  ASSERT_TRUE(site.queue().defer(site.put(now - 90'000, "", {"bob@b.test"}), spool::held_due));
  const auto json = count(site, true);
  EXPECT_TRUE(json.starts_with(
      "{\"messages\":15,\"states\":{\"ready\":13,\"active\":0,\"deferred\":1,\"held\":1},\"ages\":["
      "{\"under\":300,\"messages\":12},{\"under\":3600,\"messages\":0},{\"under\":21600,\"messages\":2},"
      "{\"under\":86400,\"messages\":0},{\"under\":259200,\"messages\":1},{\"under\":null,\"messages\":0}],"
      "\"destinations\":[{\"domain\":\"b.test\",\"messages\":2,\"oldest\":" +
      std::to_string(now - 90'000) + "},"))
      << json;
  const auto text = count(site, false);
  EXPECT_NE(text.find("destinations                          14\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  b.test                               2  oldest 1d1h\n"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5 + 1 + 6 + 1 + 10);
}

}  // namespace
}  // namespace spool_stats_test

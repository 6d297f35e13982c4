#include "serve/spool_check.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "spool_site.hpp"

namespace spool_check_test {
namespace {

std::string check(const SpoolSite& site, bool repair, int status, bool json = false) {
  return written([&] {
    EXPECT_EQ(serve::check_spool({"check", site.path(), {}, json}, repair).value(), status);
  });
}

TEST(SpoolCheck, FindsAndMoves) {
  const SpoolSite site;
  site.put(1'700'000'000, "", {"bob@a.test"});
  EXPECT_EQ(check(site, false, 0), "1 messages, 0 damaged or incomplete\n");
  const auto bad = site.put(1'700'000'000, "", {"bob@a.test"});
  const auto path = site.queue().path(bad);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  std::ofstream(site.path() + "/queue/a/core") << "x";
  const auto found = check(site, false, 65);
  EXPECT_NE(found.find(spool::file_name(bad) + ": "), std::string::npos) << found;
  EXPECT_EQ(found.find(site.path()), std::string::npos) << found;
  EXPECT_TRUE(found.ends_with("2 messages, 2 damaged or incomplete\n"));
  EXPECT_TRUE(check(site, true, 0).ends_with(", 2 moved to damaged/\n"));
  EXPECT_TRUE(std::filesystem::exists(site.path() + "/damaged/core"));
  EXPECT_EQ(check(site, false, 0), "1 messages, 0 damaged or incomplete\n");
}

TEST(SpoolCheck, ModesAreToldOfAndLeft) {
  const SpoolSite site;
  const auto one = site.put(1'700'000'000, "", {"bob@a.test"});
  ASSERT_EQ(chmod(site.queue().path(one).c_str(), 0644), 0);
  EXPECT_TRUE(
      check(site, true, 65)
          .ends_with(
              "1 messages, 0 damaged or incomplete, 1 with a wrong owner or mode, 0 moved to damaged/\n"));
  const auto json = check(site, false, 65, true);
  EXPECT_TRUE(
      json.ends_with("{\"messages\":1,\"damaged\":0,\"being_written\":0,\"moved\":0,\"permissions\":1}\n"))
      << json;
  EXPECT_TRUE(json.starts_with("{\"file\":\""));
}

}  // namespace
}  // namespace spool_check_test

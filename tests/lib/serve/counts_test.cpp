#include "serve/counts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace {

proc::Options options(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config", "/dev/null"});
  return proc::parse({"test", "", "", "", {}, serve::counts_keys}, arguments).value();
}

TEST(Counts, ProgramsThatNameOneFileCountTogether) {
  char name[] = "/tmp/counts.XXXXXX";
  const std::string directory = mkdtemp(name), path = directory + "/counts";
  const auto given = options({"--counts=" + path, "--max-login-failures=1"});
  const auto one = serve::Counts::open(given).value(), other = serve::Counts::open(given).value();
  auto failures = one.failures(given).value();
  failures.add("192.0.2.1", 1);
  EXPECT_TRUE(other.failures(given).value().too_many("192.0.2.1", 1));
  using What = net::Rates::What;
  EXPECT_TRUE(one.rates().value().count(What::messages, "192.0.2.1", 1, 60));
  EXPECT_FALSE(other.rates().value().count(What::messages, "192.0.2.1", 1, 60));
  // A table does not reach into its neighbour.
  EXPECT_FALSE(other.failures(given).value().too_many("192.0.2.2", 1));
  unlink(path.c_str());
  rmdir(directory.c_str());
}

TEST(Counts, WithoutAFileEachForItself) {
  const auto given = options({"--counts", "", "--max-login-failures=1"});
  const auto one = serve::Counts::open(given).value(), other = serve::Counts::open(given).value();
  auto failures = one.failures(given).value();
  failures.add("192.0.2.1", 1);
  EXPECT_TRUE(one.failures(given).value().too_many("192.0.2.1", 1));
  EXPECT_FALSE(other.failures(given).value().too_many("192.0.2.1", 1));
}

TEST(Counts, WhatIsWrongIsNamed) {
  const auto missing = serve::Counts::open(options({"--counts=/nonexistent/counts"}));
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().what.starts_with("counts: /nonexistent/counts"));
  const auto given = options({"--counts", "", "--login-failure-window=0"});
  EXPECT_FALSE(serve::Counts::open(given).value().failures(given));
}

}  // namespace

#include "serve/counts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace counts_test {
namespace {

proc::Options options(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config", "/dev/null"});
  return proc::parse({"test", "", "", "", {}, serve::counts_keys}, arguments).value();
}

class Counts : public testing::Test {
 protected:
  Counts() {
    char name[] = "/tmp/counts.XXXXXX";
    directory_ = mkdtemp(name);
  }
  ~Counts() override { std::filesystem::remove_all(directory_); }
  std::string path() const { return directory_ + "/counts"; }
  std::string directory_;
};

TEST_F(Counts, ProgramsThatNameOneFileCountTogether) {
  const auto given = options({"--counts=" + path(), "--max-login-failures=1"});
  auto one = serve::open_counts(given).value();
  const auto other = serve::open_counts(given).value();
  one.failures.add("192.0.2.1", 1);
  EXPECT_TRUE(other.failures.too_many("192.0.2.1", 1));
  EXPECT_TRUE(serve::open_failures(given).value().too_many("192.0.2.1", 1));
  using What = net::Rates::What;
  EXPECT_TRUE(one.rates.count(What::messages, "192.0.2.1", 1, 60));
  EXPECT_FALSE(other.rates.count(What::messages, "192.0.2.1", 1, 60));
  EXPECT_FALSE(serve::open_rates(given).value().count(What::messages, "192.0.2.1", 1, 60));
  // A table does not reach into its neighbour.
  EXPECT_FALSE(other.failures.too_many("192.0.2.2", 1));
  EXPECT_TRUE(other.rates.count(What::connections, "192.0.2.1", 1, 60));
}

TEST_F(Counts, WithoutAFileEachForItself) {
  const auto given = options({"--counts", "", "--max-login-failures=1"});
  auto one = serve::open_counts(given).value();
  const auto other = serve::open_counts(given).value();
  one.failures.add("192.0.2.1", 1);
  EXPECT_TRUE(one.failures.too_many("192.0.2.1", 1));
  EXPECT_FALSE(other.failures.too_many("192.0.2.1", 1));
}

TEST_F(Counts, TheFileStaysOpenInNoProcess) {
  for (const auto& file : {path(), std::string()}) {
    const auto given = options({"--counts", file});
    const auto counts = serve::open_counts(given).value();
    const auto failures = serve::open_failures(given).value();
    const auto rates = serve::open_rates(given).value();
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const auto name = std::filesystem::read_symlink(entry, gone).string();
      EXPECT_EQ(name.find("counts"), name.npos) << name;
    }
  }
}

TEST_F(Counts, WhatIsWrongIsNamed) {
  const auto missing = serve::open_counts(options({"--counts=/nonexistent/counts"}));
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().what.starts_with("counts: /nonexistent/counts"));
  EXPECT_FALSE(serve::open_counts(options({"--counts", "", "--login-failure-window=0"})));
}

}  // namespace
}  // namespace counts_test

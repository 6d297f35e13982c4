#include "serve/quota_option.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace quota_option_test {
namespace {

proc::Options given(const std::string& option) {
  static constexpr std::string_view keys[] = {"quota", "over-quota"};
  const std::vector<std::string> words = {"--config=/dev/null", option};
  return proc::parse({"test", "", "", "", {}, keys}, words).value();
}

TEST(QuotaOption, OctetsAndMessages) {
  const struct {
    std::string option;
    std::uint64_t octets, messages;
  } rows[] = {{"--over-quota=defer", 0, 0}, {"--quota=1000", 1000, 0}, {"--quota=2K,5", 2048, 5}};
  for (const auto& row : rows) {
    const auto quota = serve::quota_option(given(row.option));
    ASSERT_TRUE(quota) << row.option;
    EXPECT_EQ(quota->octets, row.octets) << row.option;
    EXPECT_EQ(quota->messages, row.messages) << row.option;
  }
}

TEST(QuotaOption, WhatNobodyKnowsIsWrongUsage) {
  for (const std::string value : {"lots", "-1", "10Q", "1,,2", "1,2,3"}) {
    const auto quota = serve::quota_option(given("--quota=" + value));
    ASSERT_FALSE(quota) << value;
    EXPECT_EQ(quota.error().code, base::Exit::usage) << value;
  }
}

TEST(QuotaOption, AUsersOwnComesBeforeThatOfTheSite) {
  const maildir::Quota site = {1000, 10};
  const struct {
    const char* own;
    std::uint64_t octets, messages;
  } rows[] = {{nullptr, 1000, 10}, {"2K", 2048, 0}, {"5C", 0, 5}, {"0", 0, 0}, {"lots", 1000, 10}};
  for (const auto& row : rows) {
    if (row.own != nullptr) setenv(serve::own_quota_variable, row.own, 1);
    const auto quota = serve::own_quota(site);
    unsetenv(serve::own_quota_variable);
    EXPECT_EQ(quota.octets, row.octets) << row.octets;
    EXPECT_EQ(quota.messages, row.messages) << row.octets;
  }
}

TEST(QuotaOption, WhatBecomesOfMailForAFullOne) {
  EXPECT_FALSE(serve::full_fails_option(given("--quota=1000")).value());
  EXPECT_FALSE(serve::full_fails_option(given("--over-quota=defer")).value());
  EXPECT_TRUE(serve::full_fails_option(given("--over-quota=bounce")).value());
  for (const std::string value : {"keep", "", "Bounce"}) {
    const auto fails = serve::full_fails_option(given("--over-quota=" + value));
    ASSERT_FALSE(fails) << value;
    EXPECT_EQ(fails.error().code, base::Exit::usage) << value;
  }
}

}  // namespace
}  // namespace quota_option_test

#include "serve/listen.hpp"

#include <gtest/gtest.h>

namespace listen_test {
namespace {

base::Result<net::AcceptLimits> limits(const std::vector<std::string>& arguments) {
  constexpr std::string_view keys[] = {"max-connections", "max-connections-per-source"};
  return serve::accept_limits(proc::parse({"test", "", "", "", {}, keys}, arguments).value(), "bye\r\n");
}

TEST(Listen, LimitsComeFromTheConfiguration) {
  const auto given = limits({"--max-connections=7", "--max-connections-per-source=3"});
  ASSERT_TRUE(given);
  EXPECT_EQ(given->total, 7u);
  EXPECT_EQ(given->per_source, 3u);
  EXPECT_EQ(given->farewell, "bye\r\n");
  EXPECT_TRUE(given->refused);
  EXPECT_EQ(limits({})->total, 1000u);
  EXPECT_EQ(limits({})->per_source, 50u);
}

TEST(Listen, WhatIsNoLimitIsRefused) {
  for (const char* bad : {"--max-connections=0", "--max-connections=many", "--max-connections-per-source=-1"})
    EXPECT_FALSE(limits({bad})) << bad;
}

}  // namespace
}  // namespace listen_test

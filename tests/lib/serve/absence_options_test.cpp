#include "serve/absence_options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace absence_options_test {
namespace {

constexpr proc::Option options[] = {
    {"address", "ADDRESS", ""}, {"days", "N", "", "7"}, {"begin", "DATE", ""}, {"end", "DATE", ""}};
constexpr std::string_view keys[] = {"domains", "subaddress"};

base::Result<serve::Absence> read(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config=/dev/null", "--domains=/nowhere/domains"});
  TRY_ASSIGN(const auto given, proc::parse({"vacation", "", "", "", options, keys}, arguments));
  return serve::absence_options(given);
}

TEST(AbsenceOptions, SayWhoIsAwayAndWhen) {
  const auto usual = read({});
  ASSERT_TRUE(usual) << usual.error().what;
  EXPECT_EQ(usual->interval, 7U * 86'400);
  EXPECT_FALSE(usual->begin || usual->end);
  EXPECT_FALSE(usual->is_local_domain("example.test"));
  const auto given = read({"--address=b@x.test", "--days=1", "--begin=2026-08-01", "--end=2026-08-15"});
  ASSERT_TRUE(given) << given.error().what;
  EXPECT_EQ(given->addresses, std::vector<std::string>{"b@x.test"});
  EXPECT_EQ(given->interval, 86'400U);
  ASSERT_TRUE(given->begin && given->end);
  EXPECT_LT(*given->begin, *given->end);
}

TEST(AbsenceOptions, WhatIsNoNumberOrDateIsAnError) {
  for (const auto* wrong : {"--days=x", "--begin=tomorrow", "--end=never", "--end=2026-13-01"}) {
    const auto given = read({wrong});
    ASSERT_FALSE(given) << wrong;
    EXPECT_EQ(given.error().code, base::Exit::usage) << wrong;
  }
}

TEST(AbsenceOptions, TheEndIsNotBeforeTheBegin) {
  EXPECT_TRUE(read({"--begin=2026-08-01", "--end=2026-08-01"}));
  const auto wrong = read({"--begin=2026-08-02", "--end=2026-08-01"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, base::Exit::usage);
}

}  // namespace
}  // namespace absence_options_test

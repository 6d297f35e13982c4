#include "proc/open_files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace open_files_test {
namespace {

TEST(OpenFiles, AreAllowedUpToTheHardLimitAndNeverForbidden) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GE(before.rlim_max, 60u);
  const rlimit few = {50, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_EQ(proc::allow_files(40), 50u);
  EXPECT_EQ(proc::allow_files(60), 60u);
  rlimit now = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(now.rlim_cur, 60u);
  EXPECT_EQ(now.rlim_max, before.rlim_max);
  EXPECT_EQ(proc::allow_files(SIZE_MAX), before.rlim_max);
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace open_files_test

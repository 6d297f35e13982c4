#include "proc/become.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

TEST(Become, NobodyToBecome) {
  EXPECT_TRUE(proc::become_user(""));
  const auto unknown = proc::become_user("no-such-user-here");
  if (geteuid() == 0) {
    EXPECT_EQ(unknown.error().code, base::Exit::configuration);
  } else {
    EXPECT_TRUE(unknown);
  }
}

}  // namespace

#include "proc/become.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

TEST(Become, NobodyToBecome) {
  EXPECT_FALSE(proc::find_identity("").value());
  EXPECT_TRUE(proc::become({}));
  const auto unknown = proc::find_identity("no-such-user-here");
  if (geteuid() == 0) {
    EXPECT_EQ(unknown.error().code, base::Exit::configuration);
  } else {
    EXPECT_FALSE(unknown.value());
  }
}

TEST(Become, RootBecomesTheUserForGood) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const auto nobody = proc::find_identity("nobody").value();
  ASSERT_TRUE(nobody);
  const pid_t pid = fork();
  if (pid == 0) {
    const bool became = proc::become(nobody) && geteuid() == nobody->uid && getegid() == nobody->gid &&
                        getgroups(0, nullptr) == 0 && setuid(0) != 0;
    _exit(became ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(status, 0);
}

TEST(Become, WhoHasNoMoreRightsThanItsCallerStaysWhatItIs) {
  ASSERT_EQ(setenv("GREETING", "hello", 1), 0);
  EXPECT_TRUE(proc::become_caller());
  EXPECT_STREQ(getenv("GREETING"), "hello");
}

}  // namespace

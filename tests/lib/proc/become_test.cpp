#include "proc/become.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace become_test {
namespace {

base::Result<std::optional<proc::Identity>> find(const std::string& name) {
  static constexpr proc::Option option[] = {{"some-user", "NAME", "who it is"}};
  const std::string arguments[] = {"--some-user", name};
  return proc::find_identity(proc::parse({"tool", "", "", "", option}, arguments).value(), "some-user");
}

TEST(Become, NobodyToBecome) {
  EXPECT_FALSE(find("").value());
  EXPECT_TRUE(proc::become({}));
  const auto unknown = find("no-such-user-here");
  if (geteuid() == 0) {
    EXPECT_EQ(unknown.error().code, base::Exit::usage);
    EXPECT_EQ(unknown.error().what, "some-user: there is no user 'no-such-user-here'");
  } else {
    EXPECT_FALSE(unknown.value());
  }
}

TEST(Become, RootBecomesTheUserForGood) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody";
  const auto nobody = find("nobody").value();
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

TEST(Become, OnlyRootHasRightsToGiveUp) {
  const pid_t pid = fork();
  if (pid == 0) {
    const auto before = geteuid();
    const bool dropped = proc::drop_root() && geteuid() == (before == 0 ? proc::nobody.uid : before);
    _exit(dropped && proc::drop_root() ? 0 : 1);
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
}  // namespace become_test

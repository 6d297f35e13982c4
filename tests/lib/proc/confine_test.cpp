#include "proc/confine.hpp"

#include <gtest/gtest.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/fd.hpp"

namespace {

TEST(Confine, OpensOnlyWhatIsAllowed) {
  if (syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) < 0) {
    GTEST_SKIP() << "this kernel has no Landlock";
  }
  const pid_t pid = fork();
  if (pid == 0) {
    bool right = proc::confine({{"/etc/hostname"}, {"/nonexistent"}, {}}).has_value();
    right = right && fs::open("/etc/hostname", O_RDONLY).has_value();
    right = right && !fs::open("/etc/passwd", O_RDONLY).has_value();
    right = right && !fs::open("/tmp/confine-test", O_WRONLY | O_CREAT, 0600).has_value();
    _exit(right ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace

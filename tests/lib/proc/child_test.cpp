#include "proc/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <iterator>

namespace child_test {
namespace {

int run(std::vector<std::string> command) {
  const auto pid = proc::start({std::move(command), {}, {{"GREETING", "hello"}}});
  return proc::wait(pid.value()).value();
}

TEST(Child, ReportsTheExitStatus) {
  EXPECT_EQ(run({"/bin/true"}), 0);
  EXPECT_EQ(run({"/bin/sh", "-c", "exit 67"}), 67);
  EXPECT_EQ(run({"/bin/sh", "-c", "test \"$GREETING\" = hello"}), 0);
}

TEST(Child, ASignalOrAMissingProgramIsWorthRetrying) {
  EXPECT_EQ(run({"/bin/sh", "-c", "kill -9 $$"}), 75);
  EXPECT_EQ(run({"/nonexistent/program"}), 71);
}

TEST(Child, OneThatHangsOrIsStoppedEndsAfterItsTime) {
  for (const char* script : {"while :; do :; done", "kill -STOP $$"}) {
    const auto pid = proc::start({{"/bin/sh", "-c", script}, {}, {}});
    EXPECT_EQ(proc::wait(pid.value(), 1).value(), 75) << script;
  }
  const auto quick = proc::start({{"/bin/sh", "-c", "exit 3"}, {}, {}});
  EXPECT_EQ(proc::wait(quick.value(), 100).value(), 3);
}

TEST(Child, OneThatIsLetGoEndsByItselfOrNot) {
  for (const char* script : {"exit 3", "kill -STOP $$", "while :; do :; done"}) {
    const auto pid = proc::start({{"/bin/sh", "-c", script}, {}, {}});
    ASSERT_TRUE(pid);
    proc::let_go(*pid, 1);
    EXPECT_EQ(kill(*pid, 0), -1) << script;
  }
}

TEST(Child, OfAGroupNothingIsLeft) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const struct {
    const char* script;
    int status;
  } rows[] = {{"tail -f /dev/null & exit 3", 3}, {"tail -f /dev/null; :", 75}};
  for (const auto& row : rows) {
    const proc::Child child = {{"/bin/sh", "-c", row.script}, {{ends[1], 1}}, {}, true};
    EXPECT_EQ(proc::wait_for_group(proc::start(child).value(), 1).value(), row.status) << row.script;
  }
  close(ends[1]);
  // Whoever still had the other end would keep this waiting.
  char none = 0;
  EXPECT_EQ(read(ends[0], &none, 1), 0);
  close(ends[0]);
}

TEST(Child, OneThatLeadsAGroupEndsWithWhoStartedIt) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) _exit(proc::start({{"/bin/cat"}, {{ends[0], 0}, {ends[1], 1}}, {}, true}) ? 0 : 1);
  EXPECT_EQ(proc::wait(pid).value(), 0);
  close(ends[1]);
  char none = 0;
  EXPECT_EQ(read(ends[0], &none, 1), 0);
  close(ends[0]);
}

/// As in a container that knows only older kernels.
void do_without_close_range() {
  sock_filter steps[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                         BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
                         BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog program = {std::size(steps), steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    _exit(2);
}

TEST(Child, KeepsOnlyWhatItNeeds) {
  for (const bool old_kernel : {false, true}) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const int behind = dup(ends[0]);
    const pid_t pid = fork();
    if (pid == 0) {
      if (old_kernel) do_without_close_range();
      proc::keep_only({ends[1], 2});
      const bool closed = fcntl(ends[0], F_GETFD) < 0 && fcntl(behind, F_GETFD) < 0;
      _exit(closed && fcntl(ends[1], F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0 ? 0 : 1);
    }
    EXPECT_EQ(proc::wait(pid).value(), 0) << old_kernel;
    for (const int one : {ends[0], ends[1], behind}) close(one);
  }
}

TEST(Child, MovesDescriptorsEvenWhenTheyCross) {
  int a[2];
  int b[2];
  ASSERT_EQ(pipe(a), 0);
  ASSERT_EQ(pipe(b), 0);
  const auto pid = proc::start({{"/bin/sh", "-c", "printf A >&3; printf B >&4"}, {{b[1], 4}, {a[1], 3}}, {}});
  EXPECT_EQ(proc::wait(pid.value()).value(), 0);
  char got = 0;
  EXPECT_EQ(read(a[0], &got, 1), 1);
  EXPECT_EQ(got, 'A');
  EXPECT_EQ(read(b[0], &got, 1), 1);
  EXPECT_EQ(got, 'B');
  for (const int fd : {a[0], a[1], b[0], b[1]}) close(fd);
}

}  // namespace
}  // namespace child_test

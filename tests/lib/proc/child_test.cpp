#include "proc/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

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
  for (const char* script : {"exit 3", "kill -STOP $$", "exec /bin/sleep 1000"}) {
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

TEST(Child, KeepsOnlyWhatItNeeds) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    proc::keep_only({ends[1], 2});
    _exit(fcntl(ends[0], F_GETFD) < 0 && fcntl(ends[1], F_GETFD) >= 0 && fcntl(2, F_GETFD) >= 0 ? 0 : 1);
  }
  EXPECT_EQ(proc::wait(pid).value(), 0);
  close(ends[0]);
  close(ends[1]);
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

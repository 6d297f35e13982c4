#include "proc/child.hpp"

#include <gtest/gtest.h>
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

TEST(Child, OneThatHangsEndsAfterItsTime) {
  const auto pid = proc::start({{"/bin/sh", "-c", "while :; do :; done"}, {}, {}, 1});
  EXPECT_EQ(proc::wait(pid.value()).value(), 75);
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

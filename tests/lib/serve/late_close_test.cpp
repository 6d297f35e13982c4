#include "serve/late_close.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

TEST(LateClose, EverythingIsClosedWhenItIsDone) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd reading(ends[0]);
  {
    const auto late = serve::LateClose::start().value();
    late.take(fs::Fd(ends[1]));
    // More than its queue holds.
    for (int i = 0; i < 2000; ++i) late.take(fs::Fd(dup(0)));
  }
  char octet = 0;
  EXPECT_EQ(read(reading.get(), &octet, 1), 0);
}

TEST(LateClose, WhoMayHaveFewFilesOpenPutsOffFewer) {
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit few = {110, 110};
    int ends[2];
    if (setrlimit(RLIMIT_NOFILE, &few) != 0 || pipe2(ends, O_CLOEXEC) != 0) _exit(1);
    const auto late = serve::LateClose::start().value();
    late.take(fs::Fd(ends[1]));
    for (int i = 0; i < 20; ++i) late.take(fs::Fd(dup(0)));
    // Closed before mail has paused, as there is no room for it.
    char octet = 0;
    _exit(read(ends[0], &octet, 1) == 0 ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace

#include "serve/late_close.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/packet.hpp"

namespace late_close_test {
namespace {

TEST(LateClose, EverythingIsClosedWhenItIsDone) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd reading(ends[0]);
  {
    auto late = serve::LateClose::start().value();
    late.take(fs::Fd(ends[1]), 0);
    // More than its queue holds.
    for (int i = 0; i < 2000; ++i) late.take(fs::Fd(dup(0)), 0);
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
    auto late = serve::LateClose::start().value();
    late.take(fs::Fd(ends[1]), 0);
    for (int i = 0; i < 40; ++i) late.take(fs::Fd(dup(0)), 0);
    // Closed before mail has paused, as there is no room for it.
    char octet = 0;
    _exit(read(ends[0], &octet, 1) == 0 ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

bool is_closed_soon(int reading) {
  pollfd waiting = {reading, POLLIN, 0};
  return poll(&waiting, 1, 10'000) == 1;
}

TEST(LateClose, AFewAreClosedOnceNoMoreComes) {
  auto sockets = fs::stream_sockets().value();
  auto late = serve::LateClose::start().value();
  late.take(std::move(sockets.first), 0);
  late.rest();
  EXPECT_TRUE(is_closed_soon(sockets.second.get()));
}

TEST(LateClose, WhatIsLargeWaitsForNoOther) {
  auto sockets = fs::stream_sockets().value();
  auto late = serve::LateClose::start().value();
  late.take(std::move(sockets.first), 2 << 20);
  EXPECT_TRUE(is_closed_soon(sockets.second.get()));
}

}  // namespace
}  // namespace late_close_test

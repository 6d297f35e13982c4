#include "serve/failures.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace failures_test {
namespace {

TEST(Failures, CountedByAddressForAWhile) {
  auto failures = serve::Failures::make(3, 60).value();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(failures.too_many("192.0.2.1", 100));
    failures.add("192.0.2.1", 100);
  }
  EXPECT_TRUE(failures.too_many("192.0.2.1", 160));
  EXPECT_FALSE(failures.too_many("192.0.2.1", 161));
  EXPECT_FALSE(failures.too_many("192.0.2.2", 100));
  failures.add("192.0.2.1", 161);
  EXPECT_FALSE(failures.too_many("192.0.2.1", 161));
}

TEST(Failures, SharedWithForkedProcessesUnlessTheyLeave) {
  auto failures = serve::Failures::make(1, 60).value();
  for (const bool leaves : {true, false}) {
    const pid_t pid = fork();
    if (pid == 0) {
      if (leaves) failures.leave();
      failures.add("192.0.2.1", 1);
      _exit(0);
    }
    waitpid(pid, nullptr, 0);
    EXPECT_EQ(failures.too_many("192.0.2.1", 1), !leaves);
  }
}

TEST(Failures, NoLimitAndNoAddress) {
  auto failures = serve::Failures::make(0, 60).value();
  failures.add("192.0.2.1", 1);
  EXPECT_FALSE(failures.too_many("192.0.2.1", 1));
  auto strict = serve::Failures::make(1, 60).value();
  strict.add("unknown", 1);
  EXPECT_FALSE(strict.too_many("unknown", 1));
}

}  // namespace
}  // namespace failures_test

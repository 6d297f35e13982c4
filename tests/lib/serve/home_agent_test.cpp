#include "serve/home_agent.hpp"

#include <signal.h>

#include <filesystem>

#include "posted.hpp"

namespace home_agent_test {
namespace {

TEST(HomeAgent, TheWorkIsDoneByTheUserWithNothingElseOpen) {
  const Posted posted;
  const fs::Fd other(dup(posted.file.get()));
  const auto report = serve::ask_as(posted.account, posted.file.get(), 60, [&] {
    const bool user = geteuid() == posted.account.uid && getegid() == posted.account.gid;
    const bool closed = fcntl(other.get(), F_GETFD) < 0 && fcntl(posted.file.get(), F_GETFD) >= 0;
    return serve::delivered(user && closed ? "right" : "wrong");
  });
  EXPECT_EQ(report.value().attempt.reason, "right");
}

TEST(HomeAgent, ItHasNoTerminalOfWhoeverAsks) {
  const Posted posted;
  const auto report = serve::ask_as(posted.account, posted.file.get(), 60, [&] {
    return serve::delivered(getsid(0) == getpid() ? "apart" : "in the session of another");
  });
  EXPECT_EQ(report.value().attempt.reason, "apart");
}

TEST(HomeAgent, OneThatDiesOrStopsIsNotWaitedFor) {
  const Posted posted;
  for (const int number : {SIGKILL, SIGSTOP}) {
    const auto report = serve::ask_as(posted.account, posted.file.get(), 60, [&] {
      (void)kill(getpid(), number);
      return serve::delivered("never");
    });
    EXPECT_EQ(report.error().code, base::Exit::temporary);
  }
  const auto report = serve::ask_as(posted.account, posted.file.get(), 1, [] {
    pause();
    return serve::delivered("never");
  });
  EXPECT_EQ(report.error().what, "the delivery hangs");
}

}  // namespace
}  // namespace home_agent_test

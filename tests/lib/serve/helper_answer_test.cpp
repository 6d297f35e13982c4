#include "serve/helper_answer.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/packet.hpp"

namespace helper_answer_test {
namespace {

TEST(HelperAnswer, IsWaitedForAsLongAsTheHelperCanGiveIt) {
  auto sockets = fs::packet_sockets().value();
  const pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  EXPECT_FALSE(serve::is_stopped(pid));
  EXPECT_FALSE(serve::await_answer(sockets.first.get(), pid, 1));
  ASSERT_TRUE(fs::send_packet(sockets.second.get(), "x"));
  EXPECT_TRUE(serve::await_answer(sockets.first.get(), pid, 1));
  (void)fs::receive_packet(sockets.first.get());
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  EXPECT_FALSE(serve::await_answer(sockets.first.get(), pid, 1000));
  EXPECT_TRUE(serve::is_stopped(pid));
  ASSERT_EQ(kill(pid, SIGKILL), 0);
  ASSERT_EQ(waitpid(pid, nullptr, 0), pid);
  sockets.second.reset();
  EXPECT_TRUE(serve::await_answer(sockets.first.get(), pid, 1));
}

}  // namespace
}  // namespace helper_answer_test

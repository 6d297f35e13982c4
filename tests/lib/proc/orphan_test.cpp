#include "proc/orphan.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace orphan_test {
namespace {

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  // Its end is seen by the other side when the last who has it is gone.
  void write_end_elsewhere() { close(ends[1]); }
  char next() {
    char octet = 0;
    return read(ends[0], &octet, 1) == 1 ? octet : '-';
  }
  void say(char octet) { EXPECT_EQ(write(ends[1], &octet, 1), 1); }
  int ends[2];
};

/// A child of a child, whose starter lives until `told` is.
pid_t start_below(Pipe& told, const std::function<void(pid_t starter)>& work) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  const pid_t starter = getpid();
  if (fork() == 0) {
    work(starter);
    _exit(0);
  }
  (void)told.next();
  _exit(0);
}

TEST(Orphan, EndsAtOnceWhereverItWaits) {
  Pipe told, said;
  const pid_t starter = start_below(told, [&](pid_t above) {
    proc::end_with(above);
    said.say('a');
    while (true) pause();
  });
  said.write_end_elsewhere();
  EXPECT_EQ(said.next(), 'a');
  told.say('!');
  EXPECT_EQ(said.next(), '-');
  EXPECT_EQ(waitpid(starter, nullptr, 0), starter);
}

TEST(Orphan, FinishesWhatItIsInTheMidstOf) {
  Pipe told, said;
  const pid_t starter = start_below(told, [&](pid_t above) {
    proc::end_with(above);
    proc::hold_end();
    const auto end = proc::watch_end();
    said.say(proc::is_end_due() ? 'x' : 'a');
    pollfd waiting = {end.value().get(), POLLIN, 0};
    while (poll(&waiting, 1, -1) != 1) continue;
    said.say(proc::is_end_due() ? 'b' : 'x');
    proc::allow_end();
    said.say('x');
  });
  said.write_end_elsewhere();
  EXPECT_EQ(said.next(), 'a');
  told.say('!');
  EXPECT_EQ(said.next(), 'b');
  EXPECT_EQ(said.next(), '-');
  EXPECT_EQ(waitpid(starter, nullptr, 0), starter);
}

TEST(Orphan, OneWhoseStarterIsDeadAlreadyEnds) {
  Pipe told, said;
  const pid_t starter = start_below(told, [&](pid_t above) {
    said.say('a');
    while (getppid() == above) continue;
    proc::end_with(above);
    said.say('x');
  });
  said.write_end_elsewhere();
  EXPECT_EQ(said.next(), 'a');
  told.say('!');
  EXPECT_EQ(said.next(), '-');
  EXPECT_EQ(waitpid(starter, nullptr, 0), starter);
}

TEST(Orphan, OneIsSentAwayEarlyThoughItsStarterLivesAndTheSignalWasIgnored) {
  Pipe said;
  signal(SIGUSR1, SIG_IGN);
  const pid_t here = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    proc::end_with(here);
    {
      proc::hold_end();
      const proc::MayEnd now;
    }
    said.say('a');
    while (!proc::is_end_due()) continue;
    said.say('b');
    const proc::MayEnd now;
    _exit(0);
  }
  signal(SIGUSR1, SIG_DFL);
  EXPECT_EQ(said.next(), 'a');
  proc::end_early(pid);
  EXPECT_EQ(said.next(), 'b');
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
}

/// A child that holds its end, and says what it sees of a connection. Its status when it has ended.
int ends_with_connection(Pipe& said, const std::function<void(int socket)>& work) {
  int sockets[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  const pid_t here = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    proc::end_with(here);
    proc::hold_end();
    work(sockets[0]);
    said.say('c');
    proc::allow_end();
    said.say('x');
    _exit(0);
  }
  said.write_end_elsewhere();
  EXPECT_EQ(said.next(), 'a');
  proc::end_early(pid);
  EXPECT_EQ(said.next(), 'b');
  EXPECT_EQ(said.next(), 'c');
  EXPECT_EQ(said.next(), '-');
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  close(sockets[0]);
  close(sockets[1]);
  return status;
}

TEST(Orphan, DoesNotWaitForAConnectionThatIsNoReasonTo) {
  Pipe said;
  const int status = ends_with_connection(said, [&](int socket) {
    const proc::CutAtEnd waiting(socket);
    const proc::CutAtEnd again(-1);
    said.say('a');
    char octet = 0;
    const auto got = read(socket, &octet, 1);
    said.say(got == 0 && proc::is_end_due() ? 'b' : 'x');
  });
  EXPECT_TRUE(WIFEXITED(status));
}

TEST(Orphan, KeepsTheConnectionOnceItsEndIsHeldAgain) {
  Pipe said;
  const int status = ends_with_connection(said, [&](int socket) {
    const proc::CutAtEnd before(socket);
    proc::hold_end();
    said.say('a');
    while (!proc::is_end_due()) continue;
    pollfd state = {socket, POLLIN, 0};
    said.say(poll(&state, 1, 0) == 0 ? 'b' : 'x');
  });
  EXPECT_TRUE(WIFSIGNALED(status));
}

TEST(Orphan, EndsAtAConnectionWhereThatIsAllowed) {
  Pipe said;
  const pid_t here = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    proc::end_with(here);
    const proc::CutAtEnd waiting(-1);
    said.say('a');
    while (true) pause();
  }
  EXPECT_EQ(said.next(), 'a');
  proc::end_early(pid);
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFSIGNALED(status));
}

}  // namespace
}  // namespace orphan_test

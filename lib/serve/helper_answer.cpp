#include "serve/helper_answer.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

namespace serve {

bool is_stopped(pid_t pid) {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(pid), &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid;
}

bool await_answer(int socket, pid_t pid, unsigned seconds, const WhenSlow& when_slow) {
  pollfd answer = {socket, POLLIN, 0};
  for (unsigned second = 0; second < seconds; ++second) {
    if (poll(&answer, 1, 1000) > 0) return true;
    if (is_stopped(pid)) return false;
    if (second == 0 && when_slow) when_slow();
  }
  return false;
}

bool await_room(int socket, pid_t pid, unsigned seconds) {
  pollfd room = {socket, POLLOUT, 0};
  for (unsigned second = 0; second < seconds; ++second) {
    if (poll(&room, 1, 1000) > 0) return true;
    if (is_stopped(pid)) return false;
  }
  return false;
}

}  // namespace serve

#include "proc/orphan.hpp"

#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace proc {

namespace {

constexpr int end_signal = SIGUSR1;

sigset_t end_alone() {
  sigset_t out;
  sigemptyset(&out);
  sigaddset(&out, end_signal);
  return out;
}

void set(int how) {
  const auto mask = end_alone();
  // Fails for no such arguments.
  (void)sigprocmask(how, &mask, nullptr);
}

// What the handler may look at.
volatile std::sig_atomic_t connection = -1;
volatile std::sig_atomic_t is_cut = 0;

void cut(int) {
  const int before = errno;
  is_cut = 1;
  (void)shutdown(connection, SHUT_RDWR);
  errno = before;
}

bool is_held() {
  sigset_t held;
  return sigprocmask(SIG_BLOCK, nullptr, &held) == 0 && sigismember(&held, end_signal) == 1;
}

}  // namespace

void end_with(pid_t starter) {
  // Whoever started us may have had it ignored.
  std::signal(end_signal, SIG_DFL);
  if (prctl(PR_SET_PDEATHSIG, end_signal) != 0 || getppid() != starter)
    _exit(static_cast<int>(base::Exit::os));
  allow_end();
}

void end_early(pid_t child) {
  kill(child, end_signal);
}

void hold_end() {
  set(SIG_BLOCK);
}

void allow_end() {
  if (is_cut != 0) _exit(static_cast<int>(base::Exit::temporary));
  set(SIG_UNBLOCK);
}

bool is_end_due() {
  if (is_cut != 0) return true;
  sigset_t waiting;
  return sigpending(&waiting) == 0 && sigismember(&waiting, end_signal) == 1;
}

CutAtEnd::CutAtEnd(int socket) : cuts_(is_held()) {
  if (!cuts_) return;
  connection = socket;
  std::signal(end_signal, cut);
  set(SIG_UNBLOCK);
}

CutAtEnd::~CutAtEnd() {
  if (!cuts_) return;
  hold_end();
  std::signal(end_signal, SIG_DFL);
}

base::Result<fs::Fd> watch_end() {
  const auto mask = end_alone();
  fs::Fd out(signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!out) return base::system_error("signalfd");
  return out;
}

}  // namespace proc

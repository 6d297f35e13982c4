#include "proc/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "fs/fd.hpp"
#include "fs/stamp.hpp"

namespace proc {

namespace {

/// Copies first to numbers above all targets, so that no move overwrites a source that is still needed.
bool arrange(const std::vector<std::pair<int, int>>& descriptors) {
  constexpr int above = 64;
  std::vector<std::pair<int, int>> moved;
  for (const auto& [from, to] : descriptors) {
    const int copy = fcntl(from, F_DUPFD_CLOEXEC, above);
    if (copy < 0) return false;
    moved.emplace_back(copy, to);
  }
  for (const auto& [copy, to] : moved) {
    if (dup2(copy, to) < 0) return false;
  }
  return true;
}

/// Then it, or its whole group (-pid), is killed.
base::Result<void> await_end(pid_t pid, unsigned seconds, pid_t whom, bool always) {
  TRY_ASSIGN(const bool ended, ends_in(pid, seconds));
  // One that was stopped, by whoever may, hears of nothing else. Its number is not given to another before
  // it is waited for.
  if (!ended || always) kill(whom, SIGKILL);
  // It may have gone over to another group.
  if (!ended && whom != pid) kill(pid, SIGKILL);
  return {};
}

[[noreturn]] void become(const Child& child, pid_t starter) {
  if (child.leads_group) lead_group(starter);
  if (!arrange(child.descriptors)) _exit(static_cast<int>(base::Exit::os));
  if (!child.directory.empty() && chdir(child.directory.c_str()) != 0)
    _exit(static_cast<int>(base::Exit::os));
  if (child.only_variables) clearenv();
  for (const auto& [name, value] : child.variables) setenv(name.c_str(), value.c_str(), 1);
  (void)exec(child.command, Search::nowhere);
  _exit(static_cast<int>(base::Exit::os));
}

}  // namespace

base::Error exec(const std::vector<std::string>& command, Search search) {
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::vector<char*> argv;
  for (const auto& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  (search == Search::along_path ? execvp : execv)(argv[0], argv.data());
  auto error = base::system_error(command[0]);
  std::signal(SIGPIPE, before);
  return error;
}

base::Result<pid_t> start(const Child& child) {
  if (child.command.empty()) return base::fail(base::Exit::software, "no program to start");
  const pid_t starter = getpid();
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork for " + child.command[0]);
  if (pid == 0) become(child, starter);
  // Whoever comes first: it must be there before it is killed.
  if (child.leads_group) (void)setpgid(pid, pid);
  return pid;
}

void lead_group(pid_t starter) {
  if (setpgid(0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != starter)
    _exit(static_cast<int>(base::Exit::os));
}

base::Result<int> wait(pid_t pid) {
  int status = 0;
  pid_t got = 0;
  do {
    got = waitpid(pid, &status, 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::system_error("wait for a child");
  return WIFEXITED(status) ? WEXITSTATUS(status) : static_cast<int>(base::Exit::temporary);
}

base::Result<bool> ends_in(pid_t pid, unsigned seconds) {
  const fs::Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return base::system_error("watch a child");
  pollfd waiting = {process.get(), POLLIN, 0};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  int ended = 0;
  do {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    ended = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  } while (ended < 0 && errno == EINTR);
  return ended != 0;
}

base::Result<int> wait(pid_t pid, unsigned seconds) {
  TRY(await_end(pid, seconds, pid, false));
  return wait(pid);
}

base::Result<int> wait_for_group(pid_t pid, unsigned seconds) {
  TRY(await_end(pid, seconds, -pid, true));
  return wait(pid);
}

void let_go(pid_t pid, unsigned seconds) {
  constexpr unsigned dying = 1;  // second
  const auto ended = ends_in(pid, seconds);
  if (!ended || (!*ended && (kill(pid, SIGKILL) != 0 || !ends_in(pid, dying)))) return;
  waitpid(pid, nullptr, WNOHANG);
}

void keep_only(std::vector<int> descriptors) {
  // The number of its descriptor will be somebody else's.
  closelog();
  std::sort(descriptors.begin(), descriptors.end());
  int from = 3;
  for (const int kept : descriptors) {
    for (; from < kept; ++from) ::close(from);
    from = std::max(kept + 1, from);
  }
  // Also where a container does not let close_range(2) through.
  if (close_range(static_cast<unsigned>(from), ~0U, 0) != 0) closefrom(from);
}

base::Result<void> leave_connection(std::vector<int> descriptors) {
  TRY_ASSIGN(auto null, fs::open("/dev/null", O_RDWR));
  const bool log_too = fs::same_file(0, 2);
  if (dup2(null.get(), 0) < 0 || dup2(null.get(), 1) < 0 || (log_too && dup2(null.get(), 2) < 0))
    return base::system_error("/dev/null");
  null.reset();
  keep_only(std::move(descriptors));
  return {};
}

}  // namespace proc

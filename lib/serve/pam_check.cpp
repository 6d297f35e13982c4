#include "serve/pam_check.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "auth/pam.hpp"
#include "fs/fd.hpp"
#include "fs/stream.hpp"
#include "proc/child.hpp"

namespace serve {

namespace {

using base::Exit;

constexpr std::size_t answer_limit = 4096;  // octets, no more than a pipe takes
// The first octet; after the last two comes the reason.
constexpr char yes = 'y';
constexpr char no = 'n';
constexpr char expired = 'e';
constexpr char trouble = 't';

std::string to_answer(const base::Result<bool>& right) {
  if (right) return {*right ? yes : no};
  const char letter = right.error().code == Exit::unavailable ? expired : trouble;
  return letter + right.error().what.substr(0, answer_limit - 1);
}

/// A module may end the process as it likes, so only what is said counts.
base::Result<bool> from_answer(const std::string& answer) {
  const char letter = answer.empty() ? '\0' : answer[0];
  if (letter == yes || letter == no) return letter == yes;
  if (letter == expired) return base::fail(Exit::unavailable, answer.substr(1));
  if (letter == trouble) return base::fail(Exit::temporary, answer.substr(1));
  return base::fail(Exit::temporary, "PAM gives no answer");
}

/// In the child. What a module leaves behind would keep the connection, and whoever waits for the end of the
/// login.
base::Result<bool> ask(int answer, const std::string& name, const std::string& password,
                       const std::string& services) {
  TRY(proc::leave_connection({answer}));
  return auth::verify_by_pam(name, password, services);
}

}  // namespace

base::Result<bool> check_by_pam(const std::string& name, const std::string& password, unsigned seconds,
                                const std::string& services) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
  const fs::Fd from(ends[0]);
  fs::Fd to(ends[1]);
  const pid_t starter = getpid();
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork for PAM");
  if (pid == 0) {
    proc::lead_group(starter);
    const auto written = fs::write_all(to.get(), to_answer(ask(to.get(), name, password, services)));
    _exit(written ? 0 : 1);
  }
  // Whoever comes first: the group must be there before it is killed.
  (void)setpgid(pid, pid);
  to.reset();
  TRY(proc::wait_for_group(pid, seconds));
  // What a module has left behind in another session may still hold the other end.
  (void)fcntl(from.get(), F_SETFL, O_NONBLOCK);
  std::string answer;
  const auto heard = fs::read_some(from.get(), answer, answer_limit, "what PAM says");
  return from_answer(heard ? answer : std::string());
}

}  // namespace serve

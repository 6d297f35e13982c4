#include "serve/login.hpp"

#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "fs/fd.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr std::size_t request_limit = 64 * 1024;
constexpr std::size_t login_limit = 512;  // octets that check-password reads
// The protocols stop at three. This is for a talker that has been taken over and would go on guessing.
constexpr unsigned denied_limit = 3;
constexpr unsigned nobody = 65534;
// No login, as there is no NUL in it.
constexpr std::string_view tls_has_begun = "T";

struct Pair {
  fs::Fd ours;
  fs::Fd theirs;
};

base::Result<Pair> make_pair(int type) {
  int ends[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) return base::system_error("socketpair");
  return Pair{fs::Fd(ends[0]), fs::Fd(ends[1])};
}

base::Result<void> drop_to_nobody() {
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)) {
    return base::system_error("become nobody");
  }
  return proc::confine({});
}

/// `name NUL password NUL` at the start of a request, NUL for the timestamp behind it.
base::Result<std::string> login_of(std::string_view request) {
  const auto name_end = request.find('\0');
  const auto password_end = name_end == request.npos ? request.npos : request.find('\0', name_end + 1);
  if (password_end == request.npos)
    return base::fail(base::Exit::protocol, "login: the request is not whole");
  return std::string(request.substr(0, password_end + 1)) + '\0';
}

/// Hands the login to check-password and the rest of the request to the session it starts.
base::Result<Verdict> check_login(const std::vector<std::string>& check, std::string_view request,
                                  pid_t& session) {
  TRY_ASSIGN(auto text, login_of(request));
  const auto rest = request.substr(text.size() - 1);
  // The interface takes no more, so nobody has such a password.
  if (text.size() > login_limit) return Verdict::denied;
  TRY_ASSIGN(auto login, make_pair(SOCK_STREAM));
  TRY_ASSIGN(auto talk, make_pair(SOCK_STREAM));
  const auto handed = fs::write_all(login.ours.get(), text);
  explicit_bzero(text.data(), text.size());
  TRY(handed);
  login.ours.reset();
  TRY_ASSIGN(const pid_t pid,
             proc::start({check, {{login.theirs.get(), 3}, {talk.theirs.get(), session_descriptor}}, {}}));
  talk.theirs.reset();
  login.theirs.reset();
  (void)fs::write_all(talk.ours.get(), rest);
  shutdown(talk.ours.get(), SHUT_WR);
  char begun = 0;
  if (read(talk.ours.get(), &begun, 1) == 1) {
    session = pid;
    return Verdict::granted;
  }
  TRY_ASSIGN(const int status, proc::wait(pid));
  return status == 77 || status == 1 ? Verdict::denied : Verdict::temporary;
}

/// As check_login, for a check that starts no session.
base::Result<Verdict> verify_login(const std::vector<std::string>& check, std::string_view request) {
  TRY_ASSIGN(auto text, login_of(request));
  if (text.size() > login_limit) return Verdict::denied;
  TRY_ASSIGN(auto login, make_pair(SOCK_STREAM));
  const auto handed = fs::write_all(login.ours.get(), text);
  explicit_bzero(text.data(), text.size());
  TRY(handed);
  login.ours.reset();
  TRY_ASSIGN(const pid_t pid, proc::start({check, {{login.theirs.get(), 3}}, {}}));
  login.theirs.reset();
  TRY_ASSIGN(const int status, proc::wait(pid));
  return status == 0 ? Verdict::granted : status == 77 || status == 1 ? Verdict::denied : Verdict::temporary;
}

enum class After { session, return_here };

base::Result<void> follow_into_tls(std::optional<net::UcspiTls>& tls, int talker) {
  if (!tls) return base::fail(base::Exit::protocol, "TLS: not to be had, or begun already");
  TRY(std::exchange(tls, std::nullopt)->take_over());
  if (send(talker, "y", 1, MSG_NOSIGNAL) != 1) return base::system_error("TLS: tell the other process");
  return {};
}

base::Result<int> watch(const std::vector<std::string>& check, std::optional<net::UcspiTls> tls, int talker,
                        After after) {
  std::string request(request_limit, '\0');
  for (unsigned denied = 0; denied < denied_limit;) {
    const ssize_t got = recv(talker, request.data(), request.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    pid_t session = 0;
    const auto text = std::string_view(request).substr(0, static_cast<std::size_t>(got));
    if (text == tls_has_begun) {
      TRY(follow_into_tls(tls, talker));
      continue;
    }
    const auto verdict =
        after == After::session ? check_login(check, text, session) : verify_login(check, text);
    explicit_bzero(request.data(), static_cast<std::size_t>(got));
    if (!verdict) proc::log("-", "login-error", {{"reason", verdict.error().what}});
    const char answer = !verdict                       ? 't'
                        : *verdict == Verdict::granted ? 'y'
                        : *verdict == Verdict::denied  ? 'n'
                                                       : 't';
    if (send(talker, &answer, 1, MSG_NOSIGNAL) != 1 && session == 0) return 0;
    if (session != 0) return proc::wait(session);
    denied += answer == 'n' ? 1 : 0;
  }
  return 0;
}

base::Result<int> run_both(const std::vector<std::string>& check, const std::optional<net::UcspiTls>& tls,
                           After after, const std::function<base::Result<int>(const Gate&)>& talk) {
  TRY_ASSIGN(auto pair, make_pair(SOCK_SEQPACKET));
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    pair.ours.reset();
    return talk(Gate(pair.theirs.get()));
  }
  pair.theirs.reset();
  const auto status = watch(check, tls, pair.ours.get(), after);
  pair.ours.reset();
  TRY(proc::wait(pid));
  return status;
}

}  // namespace

base::Result<Verdict> Gate::ask(std::string_view name, std::string_view password,
                                std::string_view pending) const {
  std::string request = std::string(name) + '\0' + std::string(password) + '\0' + std::string(pending);
  const bool fits = request.size() <= request_limit;
  const bool sent = fits && send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) > 0;
  explicit_bzero(request.data(), request.size());
  char answer = 0;
  if (!sent || recv(descriptor_, &answer, 1, 0) != 1)
    return base::fail(base::Exit::temporary, "login cannot be checked");
  return answer == 'y' ? Verdict::granted : answer == 'n' ? Verdict::denied : Verdict::temporary;
}

base::Result<void> Gate::secured() const {
  char answer = 0;
  const bool sent = send(descriptor_, tls_has_begun.data(), tls_has_begun.size(), MSG_NOSIGNAL) > 0;
  if (!sent || recv(descriptor_, &answer, 1, 0) != 1 || answer != 'y')
    return base::fail(base::Exit::temporary, "TLS: the other process has not followed");
  return {};
}

base::Result<int> guard(const std::vector<std::string>& check, const std::optional<net::UcspiTls>& tls,
                        const std::function<base::Result<int>(const Gate&)>& talk) {
  return run_both(check, tls, After::session, [&](const Gate& gate) -> base::Result<int> {
    TRY(drop_to_nobody());
    return talk(gate);
  });
}

base::Result<int> guard_verifying(const std::vector<std::string>& check,
                                  const std::function<base::Result<int>(const Gate&)>& talk) {
  return run_both(check, std::nullopt, After::return_here, talk);
}

base::Result<std::string> begin_session() {
  const fs::Fd parent(session_descriptor);
  std::string out;
  char chunk[4096];
  ssize_t got = 0;
  while ((got = read(parent.get(), chunk, sizeof chunk)) > 0)
    out.append(chunk, static_cast<std::size_t>(got));
  if (got < 0) return base::system_error("begin the session");
  TRY(fs::write_all(parent.get(), "y"));
  return out;
}

}  // namespace serve

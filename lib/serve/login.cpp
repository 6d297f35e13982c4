#include "serve/login.hpp"

#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "codec/base64.hpp"
#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "fs/random.hpp"
#include "proc/become.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "serve/login_watch.hpp"

namespace serve {

namespace {

constexpr std::size_t answer_limit = 4096;

base::Result<int> run_both(const LoginTerms& terms, After after,
                           const std::function<base::Result<int>(const Gate&)>& talk) {
  TRY_ASSIGN(auto sockets, fs::packet_sockets());
  auto& [ours, theirs] = sockets;
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    ours.reset();
    // A stranger's process could forget its own failures there.
    if (terms.failures != nullptr) terms.failures->leave();
    return talk(Gate(theirs.get(), terms.peer));
  }
  theirs.reset();
  const auto session = watch(terms, ours.get(), after);
  ours.reset();
  TRY(proc::wait(pid));
  if (!session && session.error().code == base::Exit::protocol) {
    proc::log("-", "disconnect", {{"peer", terms.peer}, {"reason", session.error().what}});
    return static_cast<int>(base::Exit::protocol);
  }
  if (!session) return session.error();
  if (*session == 0) return 0;
  // It may go on for days, and there is one of these processes for every session.
  malloc_trim(0);
  return proc::wait(*session);
}

}  // namespace

base::Result<sasl::Answer> Gate::ask(const sasl::Question& question, std::string_view pending) const {
  std::string request = to_request(question, pending);
  const bool fits = request.size() <= request_limit;
  const bool sent = fits && send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) > 0;
  explicit_bzero(request.data(), request.size());
  std::string answer(answer_limit, '\0');
  const ssize_t got = sent ? recv(descriptor_, answer.data(), answer.size(), 0) : -1;
  if (got < 1) return base::fail(base::Exit::temporary, "login cannot be checked");
  answer.resize(static_cast<std::size_t>(got));
  return from_answer(answer);
}

base::Result<Verdict> Gate::ask(std::string_view name, std::string_view password,
                                std::string_view pending) const {
  sasl::Question question = {sasl::Question::About::password, std::string(name), std::string(password)};
  const auto answer = ask(question, pending);
  question.wipe();
  TRY(answer);
  return answer->verdict;
}

base::Result<net::TlsFacts> Gate::begin_tls(int timeout) const {
  const std::string request = tls_request(timeout);
  std::string answer(tls_answer_limit, '\0');
  const bool sent = send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL) > 0;
  const ssize_t got = sent ? recv(descriptor_, answer.data(), answer.size(), 0) : -1;
  if (got < 1) return base::fail(base::Exit::protocol, "TLS: there was no handshake");
  answer.resize(static_cast<std::size_t>(got));
  return net::tls_facts([&](const char* name) { return net::variable(answer, name); });
}

base::Result<int> guard(const LoginTerms& terms, const std::function<base::Result<int>(const Gate&)>& talk) {
  return run_both(terms, After::session, [&](const Gate& gate) -> base::Result<int> {
    TRY(proc::drop_root());
    TRY(proc::confine({proc::Role::talker}));
    return talk(gate);
  });
}

base::Result<int> guard_verifying(const LoginTerms& terms,
                                  const std::function<base::Result<int>(const Gate&)>& talk) {
  return run_both(terms, After::return_here, talk);
}

base::Result<std::string> begin_session() {
  const fs::Fd parent(session_descriptor);
  TRY(fs::write_all(parent.get(), "y"));
  std::string out;
  char chunk[4096];
  ssize_t got = 0;
  while ((got = read(parent.get(), chunk, sizeof chunk)) > 0)
    out.append(chunk, static_cast<std::size_t>(got));
  if (got < 0) return base::system_error("begin the session");
  if (!out.starts_with(session_go)) return base::fail(base::Exit::not_permitted, "the login came too late");
  // For the log; nothing depends on it.
  if (const char* user = std::getenv("USER")) {
    const auto line = std::string(user) + "\n";
    (void)send(parent.get(), line.data(), line.size(), MSG_NOSIGNAL);
  }
  return out.substr(1);
}

void log_login(std::string_view user, std::string_view said, Verdict verdict, std::string_view peer) {
  const auto* how = sasl::name_of(verdict);
  if (verdict != Verdict::granted || user.empty()) user = said;
  if (user == said) return proc::log("-", "login", {{"user", user}, {"verdict", how}, {"peer", peer}});
  proc::log("-", "login", {{"user", user}, {"verdict", how}, {"peer", peer}, {"name", said}});
}

base::Result<std::string> login_nonce() {
  TRY_ASSIGN(const auto octets, fs::random_octets(18));
  return codec::base64_encode(octets);
}

}  // namespace serve

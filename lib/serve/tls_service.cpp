#include "serve/tls_service.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <tuple>

#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "net/peer.hpp"
#include "net/tls_relay.hpp"
#include "net/tls_session.hpp"
#include "net/ucspi_tls.hpp"
#include "proc/child.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

/// What only a handshake says: nobody before this may have said it.
constexpr const char* facts[] = {
    "TLS",          "SSL_PROTOCOL",        "SSL_CIPHER",      "SSL_CIPHER_USEKEYSIZE",
    "SSL_TLS_SNI",  "SSL_CLIENT_VERIFY",   "SSL_CLIENT_S_DN", "SSL_CLIENT_SAN_Email_0",
    "TLS_EXPORTER", "TLS_SERVER_END_POINT"};
constexpr const char* offers[] = {"SSLCTLFD", "SSLREADFD", "SSLWRITEFD", "UCSPITLS"};

struct Control {
  fs::Fd ours;
  fs::Fd theirs;
};

void set(const char* name, const std::string& value) {
  setenv(name, value.c_str(), 1);
}

/// The program may find no socket on 0 to ask who is calling.
void name_the_peer(const net::Peer& peer) {
  if (peer.address == "unknown") return;
  set("PROTO", "TCP");
  set("TCPREMOTEIP", peer.address);
  set("TCPREMOTEPORT", peer.port);
}

void hand_on(const char* name, int descriptor) {
  fcntl(descriptor, F_SETFD, 0);
  set(name, std::to_string(descriptor));
}

/// For a program that is to begin behind the handshake: waits for it, and puts its outcome where the program
/// looks. False: there was none.
bool begin_behind_tls(const net::UcspiTls& tls, int timeout) {
  const auto variables = tls.ask(timeout);
  if (!variables || !tls.take_over()) return false;
  set("TLS", "1");
  std::string_view left = *variables;
  for (std::size_t end = 0; (end = left.find('\0')) != left.npos && end > 0; left.remove_prefix(end + 1)) {
    const auto entry = left.substr(0, end);
    const auto equals = entry.find('=');
    // The process that says so talks to strangers: it may set these and no others.
    for (const char* name : facts) {
      if (entry.substr(0, equals) == name) set(name, std::string(entry.substr(equals + 1)));
    }
  }
  return true;
}

[[noreturn]] void become_program(const TlsService& service, Control& control, net::TlsProgram& pair) {
  control.ours.reset();
  pair.input.reset();
  pair.output.reset();
  if (service.implicit) {
    const net::UcspiTls tls(control.theirs.release(), pair.program_input.release(),
                            pair.program_output.release());
    if (!begin_behind_tls(tls, 2 * service.handshake)) _exit(static_cast<int>(base::Exit::protocol));
  } else {
    hand_on("SSLCTLFD", control.theirs.get());
    hand_on("SSLREADFD", pair.program_input.get());
    hand_on("SSLWRITEFD", pair.program_output.get());
    set("UCSPITLS", "");
  }
  const auto error = proc::exec(service.program, proc::Search::along_path);
  proc::log("-", "not-started", {{"reason", error.what}});
  _exit(static_cast<int>(error.code));
}

/// Nothing of the file system, no rights, no debugger: of another process of the same user neither.
base::Result<void> give_up_rights(const proc::Identity& user) {
  TRY(proc::drop_root(user));
  TRY(proc::keep_memory_private());
  return proc::confine({proc::Role::talker});
}

/// The program's wish: 'y', 'Y' (and say how it went), or 0 when it has ended without one.
char wait_for_wish(int control) {
  char wish = 0;
  ssize_t got = 0;
  do {
    got = read(control, &wish, 1);
  } while (got < 0 && errno == EINTR);
  return got == 1 && (wish == 'y' || wish == 'Y') ? wish : '\0';
}

base::Result<void> serve_wish(const net::TlsContext& context, const TlsService& service,
                              const net::Peer& peer, Control& control, net::TlsProgram& pair) {
  const char wish = wait_for_wish(control.ours.get());
  if (wish == '\0') return {};
  TRY_ASSIGN(auto session, net::TlsSession::accept(context, 0, 1, service.handshake));
  const auto variables = session.variables();
  const auto said = net::tls_facts([&](const char* name) { return net::variable(variables, name); });
  proc::log("-", "tls",
            {{"peer", peer.address},
             {"protocol", said.protocol},
             {"cipher", said.cipher},
             {"name", said.server_name},
             {"client", said.client}});
  if (wish == 'Y') TRY(fs::write_all(control.ours.get(), variables));
  control.ours.reset();
  net::relay(session, 0, 1, pair, {});
  return {};
}

}  // namespace

base::Result<int> serve_tls(const net::TlsContext& context, const TlsService& service,
                            const net::Peer& peer) {
  for (const char* name : facts) unsetenv(name);
  for (const char* name : offers) unsetenv(name);
  name_the_peer(peer);
  Control control;
  TRY_ASSIGN(std::tie(control.ours, control.theirs), fs::stream_sockets());
  TRY_ASSIGN(auto pair, net::TlsProgram::make());
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) become_program(service, control, pair);
  control.theirs.reset();
  pair.program_input.reset();
  pair.program_output.reset();
  TRY(give_up_rights(service.user));
  const auto served = serve_wish(context, service, peer, control, pair);
  if (!served) proc::log("-", "tls-failed", {{"peer", peer.address}, {"reason", served.error().what}});
  // The program may outlive the connection; the client must not wait for that.
  control.ours.reset();
  pair = {};
  (void)shutdown(0, SHUT_RDWR);
  close(0);
  close(1);
  return proc::wait(pid);
}

}  // namespace serve

// TLS in a process of its own, for any program: from the first octet, or when the program asks for it.
#include <unistd.h>

#include <chrono>
#include <optional>

#include "net/accept.hpp"
#include "net/tls_context.hpp"
#include "proc/become.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/counts.hpp"
#include "serve/doorkeeper.hpp"
#include "serve/listen.hpp"
#include "serve/tls_service.hpp"

namespace {

constexpr proc::Option options[] = {
    {"check", "", "say whether the certificates can be used, and end"},
    {"implicit", "", "TLS from the first octet (ports 465, 993, 995); else when the program asks for it"}};
constexpr std::string_view keys[] = {"certificate",     "client-ca",
                                     "tls-user",        "handshake-timeout",
                                     "max-connections", "max-connections-per-source",
                                     "proxy-network",   "connections-per-minute",
                                     "relay-network",   "counts"};
constexpr proc::Usage usage = {
    "tls-wrap",
    "[options] -- PROGRAM [ARGUMENTS]",
    "Give a server program TLS, and keep the key from it.",
    "  tcpserver -HRl0 0 993 tls-wrap --implicit --certificate mail.pem -- imapd\n"
    "  tcpserver -HRl0 0 587 tls-wrap --certificate mail.pem -- smtpd --submission\n",
    options,
    keys};

/// Who looks into several mailboxes may still send.
net::Rates::What counted_as(std::string_view program) {
  using What = net::Rates::What;
  return program.substr(program.rfind('/') + 1) == "smtpd" ? What::connections : What::other_connections;
}

constexpr auto context_age = std::chrono::hours(12);

/// The context, made anew when told to, and from time to time: session tickets are bound to its secrets.
class Contexts {
 public:
  explicit Contexts(net::TlsSettings settings) : settings_(std::move(settings)) {}

  base::Result<void> load() {
    TRY_ASSIGN(context_, net::TlsContext::load(settings_));
    loaded_ = Clock::now();
    return {};
  }

  /// What cannot be used now changes nothing.
  void reload() {
    const auto before = loaded_;
    if (const auto done = load(); !done) {
      proc::log("-", "not-reloaded", {{"reason", done.error().what}});
      loaded_ = Clock::now();
    } else if (before != Clock::time_point()) {
      proc::log("-", "reloaded");
    }
  }

  void refresh() {
    if (Clock::now() - loaded_ > context_age) reload();
  }

  const net::TlsContext& get() const { return context_; }

 private:
  using Clock = std::chrono::steady_clock;
  net::TlsSettings settings_;
  net::TlsContext context_;
  Clock::time_point loaded_;
};

base::Result<int> work(const proc::Options& given) {
  serve::TlsService service;
  service.program = given.arguments;
  service.implicit = given.has("implicit");
  if (service.program.empty()) return base::fail(base::Exit::usage, "a program to run is missing");
  TRY_ASSIGN(const auto seconds, given.number("handshake-timeout", 1, 600));
  service.handshake = static_cast<int>(seconds * 1000);
  TRY_ASSIGN(const auto user, proc::find_identity(given, "tls-user"));
  service.user = user.value_or(proc::nobody);
  TRY_ASSIGN(auto limits,
             serve::accept_limits(given, service.implicit ? "" : serve::farewell_of(service.program[0])));
  TRY_ASSIGN(auto rates, serve::open_rates(given));
  TRY_ASSIGN(auto doorkeeper,
             serve::Doorkeeper::load(given, std::move(rates), counted_as(service.program[0])));
  // Only one process that serves many can take back the tickets it gave.
  const bool listening = getenv("LISTEN_FDS") != nullptr;
  Contexts contexts({given.all("certificate"), given.get("client-ca"), listening});
  // Inherited by every process that will hold it, up to the program's exec.
  TRY(proc::keep_memory_private());
  TRY(contexts.load());
  if (given.has("check")) return 0;
  doorkeeper.watch(limits);
  limits.reload = [&] { contexts.reload(); };
  limits.before_connection = [&] { contexts.refresh(); };
  TRY_ASSIGN(const auto peer, net::serve_inherited(limits));
  if (!peer) return 0;
  TRY_ASSIGN(const auto caller, doorkeeper.meet_for_program(*peer, service.handshake));
  // What talks to the client could have it forget.
  doorkeeper.rates().leave();
  if (caller.over_limit) {
    TRY(serve::turn_away(caller, limits));
    return static_cast<int>(base::Exit::temporary);
  }
  return serve::serve_tls(contexts.get(), service, caller.peer);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

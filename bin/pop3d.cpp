// Gives one user one Maildir by POP3.
#include <cstdlib>

#include "maildir/deliver.hpp"
#include "net/accept.hpp"
#include "net/peer.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/listen.hpp"
#include "serve/pop3_server.hpp"

namespace {

constexpr proc::Option options[] = {{"session", "", "the user has logged in; started so by check-password"}};
constexpr std::string_view keys[] = {"maildir", "libexec",         "timeout",
                                     "users",   "max-connections", "max-connections-per-source"};
constexpr proc::Usage usage = {"pop3d",
                               "[options]",
                               "Give a user's Maildir by POP3.",
                               "  tcpserver -HRl0 127.0.0.1 2110 pop3d --config tubepost.conf\n",
                               options,
                               keys};

base::Result<int> session(const proc::Options& given, net::Wire& wire) {
  TRY_ASSIGN(const auto pending, serve::begin_session());
  wire.preload(pending);
  const char* home = std::getenv("HOME");
  if (home == nullptr) return base::fail(base::Exit::configuration, "HOME is not set");
  const std::string maildir = std::string(home) + "/" + given.get("maildir");
  TRY(maildir::make(maildir));
  TRY(proc::confine({{}, {maildir}, {}}));
  return serve::pop3_session(wire, maildir);
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 3600));
  net::Wire wire(0, 1, static_cast<int>(timeout * 1000));
  if (given.has("session")) return session(given, wire);
  TRY_ASSIGN(const auto limits, serve::accept_limits(given, "-ERR [SYS/TEMP] too many connections\r\n"));
  TRY_ASSIGN(const auto serving, net::serve_inherited(limits));
  if (serving == net::Serving::finished) return 0;
  const auto peer = net::find_peer(0);
  proc::log("-", "connect", {{"peer", peer.address}, {"port", peer.port}});
  if (given.has("config")) setenv("TUBEPOST_CONF", given.get("config").c_str(), 1);
  const std::string tools = given.get("libexec");
  return serve::guard({tools + "/check-password", "--", tools + "/pop3d", "--session"},
                      [&](const serve::Gate& gate) { return serve::pop3_before_login(wire, gate); });
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

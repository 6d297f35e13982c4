// Gives one user one Maildir by IMAP.
#include <algorithm>
#include <cstdlib>

#include "codec/charset.hpp"
#include "maildir/deliver.hpp"
#include "net/accept.hpp"
#include "net/peer.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/imap_server.hpp"
#include "serve/listen.hpp"

namespace {

constexpr std::uint64_t least_timeout = 1800;  // seconds, RFC 3501 section 5.4

constexpr proc::Option options[] = {{"session", "", "the user has logged in; started so by check-password"}};
constexpr std::string_view keys[] = {
    "hostname", "maildir", "libexec", "timeout", "users", "max-connections", "max-connections-per-source",
    "max-size"};
constexpr proc::Usage usage = {"imapd",
                               "[options]",
                               "Give a user's Maildir by IMAP.",
                               "  tcpserver -HRl0 127.0.0.1 2143 imapd --config tubepost.conf\n",
                               options,
                               keys};

base::Result<int> session(const proc::Options& given, net::Wire& wire) {
  TRY_ASSIGN(const auto pending, serve::begin_session());
  wire.preload(pending);
  const char* home = std::getenv("HOME");
  if (home == nullptr) return base::fail(base::Exit::configuration, "HOME is not set");
  serve::ImapSession config;
  config.maildir = std::string(home) + "/" + given.get("maildir");
  config.hostname = given.get("hostname");
  TRY_ASSIGN(config.max_size, given.number("max-size", 1024, std::uint64_t{1} << 40));
  TRY(maildir::make(config.maildir));
  TRY(proc::confine({{codec::charset_tables}, {config.maildir}, {}}));
  return serve::imap_session(wire, config);
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 86'400));
  if (given.has("session")) {
    net::Wire wire(0, 1, static_cast<int>(std::max(timeout, least_timeout) * 1000));
    return session(given, wire);
  }
  net::Wire wire(0, 1, static_cast<int>(timeout * 1000));
  TRY_ASSIGN(const auto limits, serve::accept_limits(given, "* BYE too many connections\r\n"));
  TRY_ASSIGN(const auto serving, net::serve_inherited(limits));
  if (serving == net::Serving::finished) return 0;
  const auto peer = net::find_peer(0);
  proc::log("-", "connect", {{"peer", peer.address}, {"port", peer.port}});
  if (given.has("config")) setenv("TUBEPOST_CONF", given.get("config").c_str(), 1);
  const std::string tools = given.get("libexec");
  return serve::guard({tools + "/check-password", "--", tools + "/imapd", "--session"},
                      [&](const serve::Gate& gate) { return serve::imap_before_login(wire, gate); });
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// Receives mail by SMTP on descriptors 0 and 1, or on a listening socket it was handed, into the spool.
#include "net/accept.hpp"
#include "net/peer.hpp"
#include "net/wire.hpp"
#include "proc/confine.hpp"
#include "proc/run.hpp"
#include "serve/smtp_server.hpp"

namespace {

constexpr proc::Option options[] = {{"check", "", "say whether the configuration is good, and end"}};
constexpr std::string_view keys[] = {"hostname", "spool",    "domains",        "users",
                                     "max-size", "postmaster", "max-recipients", "timeout"};
constexpr proc::Usage usage = {"smtpd", "[options]", "Receive mail by SMTP into the spool.",
                               "  tcpserver -HRl0 127.0.0.1 2525 smtpd --config tubepost.conf\n", options, keys};

base::Result<int> work(const proc::Options& given) {
  serve::Reception reception;
  reception.server.hostname = given.get("hostname");
  reception.spool = given.get("spool");
  TRY_ASSIGN(reception.server.max_size, given.number("max-size", 1024, std::uint64_t{1} << 40));
  TRY_ASSIGN(reception.server.max_recipients, given.number("max-recipients", 100, 100'000));
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 3600));
  TRY_ASSIGN(const auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  const serve::AccountPolicy policy(accounts, given.get("postmaster"));
  if (given.has("check")) return 0;
  TRY_ASSIGN(const auto serving, net::serve_inherited({}));
  if (serving == net::Serving::finished) return 0;
  reception.peer = net::find_peer(0);
  TRY(proc::confine({{}, {reception.spool}, {}}));
  net::Wire wire(0, 1, static_cast<int>(timeout * 1000));
  return serve::receive(wire, reception, policy);
}

}  // namespace

int main(int argc, char** argv) { return proc::run(argc, argv, usage, work); }

// Receives mail by SMTP on descriptors 0 and 1, or on a listening socket it was handed, into the spool.
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "net/accept.hpp"
#include "net/wire.hpp"
#include "proc/become.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/account_policy.hpp"
#include "serve/counts.hpp"
#include "serve/gatekeeper.hpp"
#include "serve/listen.hpp"
#include "serve/login_options.hpp"
#include "serve/reception_options.hpp"
#include "serve/smtp_server.hpp"
#include "serve/smtp_tls.hpp"
#include "spool/writer.hpp"

namespace {

constexpr proc::Option options[] = {
    {"check", "", "say whether the configuration is good, and end"},
    {"submission", "", "take mail from users: after AUTH, or from relay-network"},
    {"lmtp", "", "speak LMTP: a reply for each recipient"},
    {"relay", "", "whoever calls may send anywhere: for sendmail -bs, never for a socket"}};
constexpr proc::Usage usage = {"smtpd",
                               "[options]",
                               "Receive mail by SMTP into the spool.",
                               "  tcpserver -HRl0 127.0.0.1 2525 smtpd --config tubepost.conf\n"
                               "  tcpserver -HRl0 127.0.0.1 2587 smtpd --submission --config tubepost.conf\n",
                               options,
                               serve::reception_keys};

base::Result<int> talk(serve::Reception reception, const smtp::Policy& policy,
                       const serve::FilterRules& filters, const std::optional<proc::Identity>& user) {
  TRY(proc::become(user));
  std::optional<serve::FilterChain> chain;
  if (!filters.commands.empty()) {
    TRY_ASSIGN(chain, serve::FilterChain::start(filters));
    reception.filters = &*chain;
  }
  net::Wire wire(0, 1, static_cast<int>(reception.seconds * 1000));
  return serve::receive(wire, reception, policy, [&] {
    std::vector<std::string> places = {reception.spool};
    if (!reception.memory.empty()) places.push_back(reception.memory);
    return proc::confine({proc::Role::receiver, {}, places});
  });
}

/// As the user who will do it: what would be refused when mail comes is found out now.
base::Result<int> check(const proc::Options& given, const serve::Reception& reception,
                        const serve::Gatekeeper& gatekeeper, const std::optional<proc::Identity>& user) {
  const std::string checker = given.get("libexec") + "/check-password";
  if (given.has("submission") && access(checker.c_str(), X_OK) != 0)
    return base::fail(base::Exit::configuration, "libexec: " + base::system_error(checker).what);
  TRY(proc::become(user));
  TRY(serve::FilterRules::load(given));
  TRY(spool::check_writable(reception.spool));
  TRY(gatekeeper.check());
  if (!reception.memory.empty() && access(reception.memory.c_str(), R_OK | W_OK | X_OK) != 0)
    return base::fail(base::Exit::configuration,
                      "greylist-dir: " + base::system_error(reception.memory).what);
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(auto reception, serve::reception_options(given));
  TRY_ASSIGN(auto limits, serve::accept_limits(given, serve::farewell_of("smtpd")));
  TRY(serve::offer_login(given, "unknown", {}));
  TRY_ASSIGN(auto accounts, serve::AccountFiles::load(given));
  TRY_ASSIGN(const auto filters, serve::FilterRules::load(given));
  TRY_ASSIGN(auto counts, serve::open_counts(given));
  TRY_ASSIGN(const auto user, proc::find_identity(given, "smtpd-user"));
  TRY_ASSIGN(auto gatekeeper, serve::Gatekeeper::load(given, user, std::move(counts.rates)));
  if (given.has("check")) {
    for (const auto& reason : accounts.warnings()) proc::log("-", "warning", {{"reason", reason}});
    return check(given, reception, gatekeeper, user);
  }
  if (geteuid() == 0 && !user)
    proc::log("-", "warning", {{"reason", "no smtpd-user: what comes from the network is read as root"}});
  limits.before_connection = [&] { accounts.refresh(); };
  gatekeeper.watch(limits);
  gatekeeper.greet_early(limits, accounts, reception);
  TRY_ASSIGN(const auto peer, net::serve_inherited(limits));
  if (!peer) return 0;
  const auto patience = static_cast<int>(reception.seconds * 1000);
  TRY_ASSIGN(const auto caller, gatekeeper.doorkeeper().meet(*peer, patience));
  if (caller.over_limit) {
    TRY(serve::turn_away(caller, limits));
    return 0;
  }
  reception.peer = caller.peer;
  reception.server.relay = caller.trusted;
  // A pipe is as near as loopback: whoever holds it has started this program.
  const bool near = reception.peer.address == "unknown" || net::is_loopback(reception.peer.address);
  const auto channel = serve::find_channel();
  TRY(serve::find_tls(reception, given, channel));
  if (near || reception.server.relay) reception.tarpit = 0;
  const auto policy = gatekeeper.policy(accounts, caller, reception);
  if (!reception.server.login) counts.failures.leave();
  if (!reception.server.login) proc::end(usage, talk(std::move(reception), policy, filters, user));
  if (given.has("config")) setenv("TUBEPOST_CONF", given.get("config").c_str(), 1);
  TRY_ASSIGN(auto terms,
             serve::login_terms(given, {given.get("libexec") + "/check-password", "--", "/bin/true"},
                                reception.peer.address, channel, &counts.failures));
  terms.tls = reception.tls;
  return serve::guard_verifying(terms, [&](const serve::Gate& gate) {
    reception.gate = &gate;
    return talk(std::move(reception), policy, filters, user);
  });
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

#include "serve/mailbox_service.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstdlib>

#include "maildir/deliver.hpp"
#include "net/accept.hpp"
#include "proc/confine.hpp"
#include "proc/log.hpp"
#include "serve/counts.hpp"
#include "serve/host_name.hpp"
#include "serve/listen.hpp"
#include "serve/login_options.hpp"

namespace serve {

namespace {

base::Result<int> serve_user(const proc::Options& given, const MailboxService& service, net::Wire& wire) {
  TRY_ASSIGN(const auto pending, begin_session());
  wire.preload(pending);
  const char* home = std::getenv("HOME");
  if (home == nullptr) return base::fail(base::Exit::configuration, "HOME is not set");
  const std::string maildir = std::string(home) + "/" + given.get("maildir");
  TRY(maildir::make(maildir));
  TRY(proc::confine({proc::Role::keeper, service.readable, {maildir}}));
  return service.session(wire, maildir, given);
}

/// A login that cannot be checked is found out before there is one.
base::Result<int> check(const std::vector<std::string>& command, const std::string& users) {
  for (const auto& program : {command[0], command[2]}) {
    if (access(program.c_str(), X_OK) != 0)
      return base::fail(base::Exit::configuration, "libexec: " + base::system_error(program).what);
  }
  if (access(users.c_str(), R_OK) != 0)
    return base::fail(base::Exit::configuration, "users: " + base::system_error(users).what);
  return 0;
}

/// A timestamp is new for every connection. Whether there are secrets is all that is known of them here:
/// they are check-password's. A digest that is overheard can be guessed at in peace: it counts as a password.
base::Result<void> prepare_pop3(const proc::Options& given, Entrance& entrance) {
  TRY_ASSIGN(const auto delay, given.number("pop3-login-delay", 0, UINT32_MAX));
  entrance.login_delay = static_cast<std::uint32_t>(delay);
  if (!entrance.terms.secret || access((given.get("users") + ".apop").c_str(), F_OK) != 0) return {};
  TRY_ASSIGN(const auto nonce, login_nonce());
  entrance.timestamp = "<" + nonce + "@" + given.get("hostname") + ">";
  return {};
}

}  // namespace

base::Result<sasl::Terms> begin_tls(net::Wire& wire, const Entrance& entrance, const Gate& gate,
                                    net::Wire::Clock::time_point end) {
  if (!entrance.tls) return base::fail(base::Exit::software, "TLS: there is none to begin");
  TRY(wire.flush());
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end - net::Wire::Clock::now()).count();
  TRY_ASSIGN(const auto facts, gate.begin_tls(static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX))));
  TRY(entrance.tls->take_over());
  wire.drop_pending();
  return terms_over(entrance.terms, channel_of(facts));
}

base::Result<int> serve_mailbox(const proc::Options& given, const MailboxService& service) {
  TRY_ASSIGN(const auto timeout, given.number("timeout", 1, 86'400));
  if (given.has("session")) {
    net::Wire wire(0, 1, static_cast<int>(std::max(timeout, service.least_timeout) * 1000));
    return serve_user(given, service, wire);
  }
  TRY_ASSIGN(const auto limits, accept_limits(given, farewell_of(service.program)));
  TRY(host_name(given));
  const std::string tools = given.get("libexec") + "/";
  const std::vector<std::string> command = {tools + "check-password", "--",
                                            tools + std::string(service.program), "--session"};
  TRY(offer_login(given, "unknown", {}));
  TRY_ASSIGN(auto failures, open_failures(given));
  if (given.has("check")) return check(command, given.get("users"));
  TRY_ASSIGN(const auto peer, net::serve_inherited(limits));
  if (!peer) return 0;
  proc::log("-", "connect", {{"peer", peer->address}, {"port", peer->port}});
  if (given.has("config")) setenv("TUBEPOST_CONF", given.get("config").c_str(), 1);
  net::Wire wire(0, 1, static_cast<int>(timeout * 1000));
  const auto channel = find_channel();
  TRY_ASSIGN(auto offered, offer_login(given, peer->address, channel));
  Entrance entrance = {std::move(offered), net::UcspiTls::find()};
  if (service.is_pop3) TRY(prepare_pop3(given, entrance));
  TRY_ASSIGN(auto terms, login_terms(given, command, peer->address, channel, &failures));
  terms.tls = entrance.tls;
  terms.timestamp = entrance.timestamp;
  return guard(terms, [&](const Gate& gate) { return service.before_login(wire, gate, entrance); });
}

}  // namespace serve

#include "serve/gatekeeper.hpp"

#include <cstdlib>
#include <utility>

#include "fs/fd.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/proxied_client.hpp"
#include "serve/proxies.hpp"

namespace serve {

base::Result<Gatekeeper> Gatekeeper::load(const proc::Options& given,
                                          const std::optional<proc::Identity>& user, net::Rates rates) {
  Gatekeeper out;
  out.relay_ = given.has("relay");
  TRY_ASSIGN(out.dns_rules_, DnsRules::load(given));
  TRY_ASSIGN(auto greylist, GreylistRules::load(given));
  // Users' programs seldom know a name of theirs, and have addresses of any kind.
  const bool strangers = !given.has("submission") && !given.has("lmtp") && !out.relay_;
  out.check_helo_ = given.get("helo-check") != "no" && !given.has("submission");
  if (strangers && greylist.delay > 0) out.greylist_.emplace(std::move(greylist));
  if (strangers && out.dns_rules_.any()) {
    TRY_ASSIGN(auto command, ResolverCommand::load(given, user));
    out.resolver_.emplace(std::move(command));
  }
  TRY_ASSIGN(out.relays_, Networks::load(given, "relay-network"));
  TRY_ASSIGN(out.proxies_, Networks::load(given, "proxy-network"));
  TRY_ASSIGN(out.limits_.connections, given.number("connections-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.limits_.messages, given.number("messages-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.limits_.recipients, given.number("recipients-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.full_, FullMailboxes::load(given));
  out.rates_ = std::move(rates);
  return out;
}

base::Result<void> Gatekeeper::check() const {
  return resolver_ ? resolver_->command().check() : base::Result<void>();
}

bool Gatekeeper::may_connect(const std::string& address) const {
  return address == "unknown" || trusts(address) ||
         rates_.count(net::Rates::What::connections, address, limits_.connections, now_seconds());
}

void Gatekeeper::watch(net::AcceptLimits& limits) {
  if (resolver_) {
    // One for all connections.
    limits.before_connection = [this, before = std::move(limits.before_connection)] {
      if (before) before();
      start_resolver();
    };
  }
  // A proxy speaks for many: those it speaks for are counted when they are known.
  limits.exempt = [this](const std::string& address) { return proxies_.contain(address); };
  limits.admit = [this](const std::string& address) {
    counted_ = true;
    return proxies_.contain(address) || may_connect(address);
  };
}

void Gatekeeper::greet_early(net::AcceptLimits& limits, const AccountFiles& files,
                             Reception& reception) const {
  limits.greet = [this, &files, &reception](const std::string& address) -> std::string {
    const ReceptionPolicy policy(files.policy(), files.access(), nullptr, {},
                                 {address, trusts(address), false});
    reception.greeted =
        !proxies_.contain(address) && !policy.refusal(smtp::Subject::client, "", smtp::Standing{});
    return reception.greeted ? smtp::to_wire(smtp::Server::greeting(reception.server.hostname)) : "";
  };
}

base::Result<Caller> Gatekeeper::meet(std::uint64_t seconds) const {
  Caller out;
  out.peer = net::find_peer(0);
  // What stands in front may have heard it before.
  if (proxies_.contain(out.peer.address) && std::getenv(proxy_heard) == nullptr) {
    auto client = hear_proxy(0, static_cast<int>(seconds * 1000));
    if (!client) return base::fail(client.error().code, out.peer.address + ": " + client.error().what);
    if (*client) {
      out.peer = std::move(**client);
      out.over_limit = !may_connect(out.peer.address);
    }
  } else if (!counted_ && std::getenv(client_counted) == nullptr) {
    out.over_limit = !may_connect(out.peer.address);
  }
  out.trusted = trusts(out.peer.address);
  return out;
}

base::Result<int> Gatekeeper::turn_away(const Caller& caller, const net::AcceptLimits& limits) const {
  if (limits.refused) limits.refused(caller.peer.address);
  TRY(fs::write_all(1, limits.farewell));
  return 0;
}

void Gatekeeper::start_resolver() {
  if (const auto started = resolver_->start(); !started)
    proc::log("-", "resolver-trouble", {{"reason", started.error().what}});
}

void Gatekeeper::ask_about(const Caller& caller) {
  start_resolver();
  auto session = ResolverSession::open(*resolver_);
  if (!session) proc::log("-", "resolver-trouble", {{"reason", session.error().what}});
  // One without a channel answers that it does not know.
  auto resolver = session ? std::make_unique<ResolverSession>(std::move(*session))
                          : std::make_unique<ResolverSession>(fs::Fd(), ResolverLimits{});
  checks_ = std::make_unique<DnsChecks>(dns_rules_, std::move(resolver), caller.peer.address);
}

ReceptionPolicy Gatekeeper::policy(const AccountFiles& files, const Caller& caller, Reception& reception) {
  // What is on this host has no name elsewhere.
  const bool near = caller.peer.address == "unknown" || net::is_loopback(caller.peer.address);
  const bool screened = !caller.trusted && !near;
  rates_.leave_connections();
  if (screened && resolver_) ask_about(caller);
  reception.dns = checks_.get();
  ReceptionPolicy out(files.policy(), files.access(), &rates_, limits_,
                      {caller.peer.address, caller.trusted, check_helo_},
                      {checks_.get(), screened && greylist_ ? &*greylist_ : nullptr});
  out.keep_mail_in(reception.spool);
  out.look_for(full_);
  return out;
}

}  // namespace serve

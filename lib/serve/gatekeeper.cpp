#include "serve/gatekeeper.hpp"

#include <utility>

#include "proc/log.hpp"

namespace serve {

base::Result<Gatekeeper> Gatekeeper::load(const proc::Options& given,
                                          const std::optional<proc::Identity>& user, net::Rates rates) {
  Gatekeeper out;
  TRY_ASSIGN(out.dns_rules_, DnsRules::load(given));
  TRY(name_servers(given));
  TRY_ASSIGN(auto greylist, GreylistRules::load(given));
  // Users' programs seldom know a name of theirs, and have addresses of any kind.
  const bool strangers = !given.has("submission") && !given.has("lmtp") && !given.has("relay");
  out.check_helo_ = given.get("helo-check") != "no" && !given.has("submission");
  if (strangers && greylist.delay > 0) out.greylist_.emplace(std::move(greylist));
  if (strangers && out.dns_rules_.any()) {
    TRY_ASSIGN(auto command, ResolverCommand::load(given, user));
    out.resolver_.emplace(std::move(command));
  }
  TRY_ASSIGN(out.doorkeeper_, Doorkeeper::load(given, std::move(rates), net::Rates::What::connections));
  TRY_ASSIGN(out.limits_.messages, given.number("messages-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.limits_.recipients, given.number("recipients-per-minute", 0, 1'000'000));
  TRY_ASSIGN(out.full_, FullMailboxes::load(given));
  return out;
}

base::Result<void> Gatekeeper::check() const {
  return resolver_ ? resolver_->command().check() : base::Result<void>();
}

void Gatekeeper::watch(net::AcceptLimits& limits) {
  if (resolver_) {
    // One for all connections.
    limits.before_connection = [this, before = std::move(limits.before_connection)] {
      if (before) before();
      start_resolver();
    };
  }
  doorkeeper_.watch(limits);
}

void Gatekeeper::greet_early(net::AcceptLimits& limits, const AccountFiles& files,
                             Reception& reception) const {
  limits.greet = [this, &files, &reception](const std::string& address) -> std::string {
    const ReceptionPolicy policy(files.policy(), files.access(), nullptr, {},
                                 {address, doorkeeper_.trusts(address), false});
    reception.greeted =
        !doorkeeper_.is_proxy(address) && !policy.refusal(smtp::Subject::client, "", smtp::Standing{});
    return reception.greeted ? smtp::to_wire(smtp::Server::greeting(reception.server)) : "";
  };
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
  doorkeeper_.rates().leave_connections();
  if (screened && resolver_) ask_about(caller);
  reception.dns = checks_.get();
  ReceptionPolicy out(files.policy(), files.access(), &doorkeeper_.rates(), limits_,
                      {caller.peer.address, caller.trusted, check_helo_},
                      {checks_.get(), screened && greylist_ ? &*greylist_ : nullptr});
  out.keep_mail_in(reception.spool);
  out.look_for(full_);
  return out;
}

}  // namespace serve

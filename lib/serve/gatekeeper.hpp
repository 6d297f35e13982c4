// Who may come how often: trusted networks, proxies, and what is counted about each source.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/accept.hpp"
#include "net/peer.hpp"
#include "net/rates.hpp"
#include "proc/become.hpp"
#include "proc/options.hpp"
#include "serve/dns_checks.hpp"
#include "serve/greylist.hpp"
#include "serve/networks.hpp"
#include "serve/reception_policy.hpp"
#include "serve/resolver_helper.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

struct Caller {
  net::Peer peer;
  bool trusted = false;     // of relay-network, or with --relay
  bool over_limit = false;  // no accept loop could find out: it is behind a proxy, or there was none
};

class Gatekeeper {
 public:
  /// Before the accept loop. `user`: whom the process that asks the DNS becomes; `rates`: where sources are
  /// counted. Exit::configuration: a value is wrong.
  static base::Result<Gatekeeper> load(const proc::Options& given, const std::optional<proc::Identity>& user,
                                       net::Rates rates);

  /// Exit::configuration: what asks the DNS would not start.
  base::Result<void> check() const;

  /// What the accept loop asks, and what it is to do before each connection besides what it does already;
  /// this object must outlive it, where it is.
  void watch(net::AcceptLimits& limits);

  /// The accept loop greets whom no rule and no proxy keeps from it: nobody waits for a process to be made.
  /// `reception` is told for the next child; it and `files` must outlive the loop.
  void greet_early(net::AcceptLimits& limits, const AccountFiles& files, Reception& reception) const;

  /// Who is on descriptor 0. A proxy says whom it speaks for, within `seconds`, before anything else is read:
  /// Exit::protocol if it does not.
  base::Result<Caller> meet(std::uint64_t seconds) const;

  /// To one over a limit: what the accept loop would have told it.
  base::Result<int> turn_away(const Caller& caller, const net::AcceptLimits& limits) const;

  /// For the one connection of this process, which learns what the DNS says about its client; connections are
  /// no longer counted here.
  ReceptionPolicy policy(const AccountFiles& files, const Caller& caller, Reception& reception);

 private:
  void start_resolver();
  void ask_about(const Caller& caller);
  bool trusts(const std::string& address) const { return relay_ || relays_.contain(address); }
  bool may_connect(const std::string& address) const;

  bool relay_ = false;
  bool check_helo_ = false;
  bool counted_ = false;  // this connection, by the loop
  Networks relays_;
  Networks proxies_;
  RateLimits limits_;
  FullMailboxes full_;
  net::Rates rates_;
  DnsRules dns_rules_;
  std::optional<Greylist> greylist_;
  std::optional<ResolverHelper> resolver_;
  std::unique_ptr<DnsChecks> checks_;
};

}  // namespace serve

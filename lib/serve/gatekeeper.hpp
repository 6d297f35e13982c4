// Who may send mail here and how often: whoever may connect, by what the DNS says, the greylist, and what is
// counted about each source.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/accept.hpp"
#include "net/rates.hpp"
#include "proc/become.hpp"
#include "proc/options.hpp"
#include "serve/dns_checks.hpp"
#include "serve/doorkeeper.hpp"
#include "serve/greylist.hpp"
#include "serve/reception_policy.hpp"
#include "serve/resolver_helper.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

class Gatekeeper {
 public:
  /// Before the accept loop. `user`: whom the process that asks the DNS becomes; `rates`: where sources are
  /// counted. Exit::usage: a value is wrong.
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

  const Doorkeeper& doorkeeper() const { return doorkeeper_; }

  /// For the one connection of this process, which learns what the DNS says about its client; connections are
  /// no longer counted here.
  ReceptionPolicy policy(const AccountFiles& files, const Caller& caller, Reception& reception);

 private:
  void start_resolver();
  void ask_about(const Caller& caller);

  bool check_helo_ = false;
  Doorkeeper doorkeeper_;
  RateLimits limits_;
  FullMailboxes full_;
  DnsRules dns_rules_;
  std::optional<Greylist> greylist_;
  std::optional<ResolverHelper> resolver_;
  std::unique_ptr<DnsChecks> checks_;
};

}  // namespace serve

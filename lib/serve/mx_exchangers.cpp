#include "serve/mx_exchangers.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"
#include "net/dns_record.hpp"
#include "net/mx_tlsa.hpp"
#include "net/network.hpp"

namespace serve {

namespace {

using base::Exit;
using net::Answer;
using net::RecordType;

constexpr std::uint16_t smtp_port = 25;

/// Where no other host can be: the DNS of a stranger must not lead to what listens here for us alone.
bool is_our_address(const MxTerms& terms, const std::string& address) {
  const auto plain = net::plain_address(address);
  if (plain.starts_with("0.") || plain == "::") return true;
  if (!terms.loopback && (plain.starts_with("127.") || plain == "::1")) return true;
  return std::find(terms.addresses.begin(), terms.addresses.end(), plain) != terms.addresses.end();
}

struct Host {
  std::string name;
  std::string canonical = {};  // behind its aliases
  std::vector<std::string> addresses = {};
  bool secure = false;       // the addresses are
  bool unknown = false;      // there may be addresses
  bool excluded = false;     // by the policy of the domain
  std::string trouble = {};  // what keeps mail from it
  NextHop hop = {};
};

std::string reason_of(const Answer& answer) {
  return std::string(answer.outcome == Answer::Outcome::bogus ? "DNSSEC says that its answer is forged"
                                                              : "no answer from the DNS") +
         (answer.values.empty() ? "" : ": " + answer.values[0]);
}

/// One search.
class Search {
 public:
  Search(const MxTerms& terms, net::Resolver& resolver, StsPolicies* policies, std::string domain)
      : terms_(terms), dns_(resolver), policies_(policies), domain_(std::move(domain)) {}

  /// Without a word of the domain about its TLS.
  base::Result<std::vector<NextHop>> run_lax() {
    TRY(read_exchangers(dns_.look_up(RecordType::mx, domain_)));
    find_addresses();
    TRY(leave_out_ours());
    begin_hops();
    return hops();
  }

  base::Result<std::vector<NextHop>> run() {
    const auto mx = dns_.ask(RecordType::mx, domain_);
    const auto record = policies_ != nullptr ? dns_.ask(RecordType::txt, "_mta-sts." + domain_) : 0;
    const auto reports = terms_.note ? dns_.ask(RecordType::txt, "_smtp._tls." + domain_) : 0;
    TRY(read_exchangers(dns_.wait(mx)));
    find_addresses();
    TRY(leave_out_ours());
    begin_hops();
    if (terms_.note) note_whom_to_tell(dns_.wait(reports));
    find_tlsa();
    if (policies_ != nullptr) apply_policy(dns_.wait(record));
    return hops();
  }

 private:
  base::Result<void> read_exchangers(const Answer& mx) {
    if (mx.unknown()) return base::fail(Exit::temporary, domain_ + ": " + reason_of(mx));
    if (mx.outcome == Answer::Outcome::nxdomain)
      return base::fail(Exit::no_host, "there is no domain " + domain_);
    secure_ = mx.secure;
    if (mx.found() && net::is_null_mx(mx.values))
      return base::fail(Exit::unavailable, domain_ + " takes no mail");
    if (!mx.found()) {
      is_implicit_ = true;
      hosts_.push_back({domain_});
      return {};
    }
    canonical_ = base::lower(mx.canonical);
    exchangers_ = net::in_order(mx.values, terms_.below);
    exchangers_.resize(std::min(exchangers_.size(), exchangers_limit));
    for (const auto& one : exchangers_) hosts_.push_back({one.name});
    if (hosts_.empty()) return base::fail(Exit::no_host, "the MX records of " + domain_ + " name no host");
    return {};
  }

  /// All at once.
  void find_addresses() {
    std::vector<std::array<net::Resolver::Ticket, 2>> asked;
    for (const auto& host : hosts_)
      asked.push_back({dns_.ask(RecordType::aaaa, host.name), dns_.ask(RecordType::a, host.name)});
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      const auto six = dns_.wait(asked[i][0]);
      take_addresses(hosts_[i], six, dns_.wait(asked[i][1]));
    }
  }

  /// The families take turns: one that leads nowhere here must not take all the time.
  void take_addresses(Host& host, const Answer& six, const Answer& four) const {
    for (std::size_t i = 0; i < addresses_limit && host.addresses.size() < addresses_limit; ++i) {
      for (const auto* answer : {&six, &four}) {
        if (answer->found() && i < answer->values.size()) host.addresses.push_back(answer->values[i]);
      }
    }
    host.unknown = host.addresses.empty() && (six.unknown() || four.unknown());
    if (host.unknown) {
      host.trouble = host.name + ": " + reason_of(six.unknown() ? six : four);
    } else if (host.addresses.empty()) {
      host.trouble = host.name + " has no address";
    }
    const bool all = (!six.found() || six.secure) && (!four.found() || four.secure);
    host.secure = !host.addresses.empty() && all;
    host.canonical = base::lower(six.found() ? six.canonical : four.canonical);
    if (host.canonical.empty()) host.canonical = host.name;
  }

  bool is_ours(const Host& host) const {
    if (base::iequals(host.name, terms_.hostname)) return true;
    return std::any_of(host.addresses.begin(), host.addresses.end(),
                       [&](const std::string& address) { return is_our_address(terms_, address); });
  }

  base::Result<void> leave_out_ours() {
    const auto back = base::fail(Exit::protocol, "mail for " + domain_ + " leads back to this host");
    if (is_implicit_) return is_ours(hosts_[0]) ? base::Result<void>(back) : base::Result<void>();
    (void)net::drop_from_ours(exchangers_, [&](const net::Exchanger& one) {
      const auto host = std::find_if(hosts_.begin(), hosts_.end(),
                                     [&](const Host& known) { return known.name == one.name; });
      return is_ours(*host);
    });
    hosts_.resize(exchangers_.size());
    if (hosts_.empty()) return back;
    return {};
  }

  void begin_hops() {
    for (auto& host : hosts_) {
      host.hop = {host.name, smtp_port, host.addresses};
      host.hop.certificate_names = {host.name};
      host.hop.authorities = terms_.authorities;
    }
  }

  void note_whom_to_tell(const Answer& record) {
    is_reported_ = record.found() && !net::tls_report_uris(record.values).empty();
    for (auto& host : hosts_) {
      if (is_reported_) host.hop.reported = net::TlsPolicy{"no-policy-found", domain_};
    }
  }

  /// Of a host that is not even talked to.
  void note(const Host& host, const net::TlsPolicy& policy, const std::string& failure) const {
    if (is_reported_) terms_.note({policy, failure, "", host.name, "", host.trouble});
  }

  /// Where both the exchangers and the addresses are validated (RFC 7672 section 2.2).
  void find_tlsa() {
    if (!secure_) return;
    for (auto& host : hosts_) {
      if (!host.trouble.empty()) continue;
      host.hop.is_name_known = true;
      if (host.secure && host.canonical != host.name && take_tlsa(host, host.canonical)) continue;
      if (host.secure || (host.canonical != host.name && is_secure_alias(host.name)))
        (void)take_tlsa(host, host.name);
    }
  }

  /// The name may be validated where what it stands for is not (RFC 7672 section 2.1.3).
  bool is_secure_alias(const std::string& name) {
    const auto alias = dns_.look_up(RecordType::cname, name);
    return alias.found() && alias.secure;
  }

  /// True: this name decides; what cannot be known now keeps mail from the host (section 2.1.1).
  bool take_tlsa(Host& host, const std::string& base_name) {
    const auto name = net::tlsa_name(smtp_port, base_name);
    if (name.empty()) return false;
    const auto answer = dns_.look_up(RecordType::tlsa, name);
    if (answer.unknown()) {
      host.unknown = true;
      host.trouble = name + ": " + reason_of(answer);
      note(host, {"tlsa", domain_},
           answer.outcome == Answer::Outcome::bogus ? "dnssec-invalid" : "tlsa-invalid");
      return true;
    }
    if (!answer.found() || !answer.secure) return false;
    host.hop.tlsa = net::usable_tlsa(answer.values);
    host.hop.tls = host.hop.tlsa.empty() ? TlsLevel::encrypt : TlsLevel::dane;
    host.hop.name = base_name;
    if (is_reported_) host.hop.reported = net::TlsPolicy{"tlsa", domain_, answer.values, {}};
    host.hop.certificate_names = {base_name};
    for (const auto& other : {host.name, domain_, canonical_}) {
      auto& names = host.hop.certificate_names;
      if (!other.empty() && std::find(names.begin(), names.end(), other) == names.end())
        names.push_back(other);
    }
    return true;
  }

  /// DANE comes first (RFC 8461 section 2).
  void apply_policy(const Answer& record) {
    const auto id = record.found() ? net::sts_id(record.values) : std::nullopt;
    const auto answer = find_policy(id.value_or(""));
    if (!answer.trouble.empty()) note({"mta-sts." + domain_}, {"sts", domain_}, answer.trouble);
    if (!answer.policy || answer.policy->mode == net::StsPolicy::Mode::none) return;
    const net::TlsPolicy told = {"sts", domain_, net::lines_of(*answer.policy), answer.policy->mx};
    for (auto& host : hosts_) {
      if (!host.trouble.empty() || host.hop.tls != TlsLevel::may) continue;
      const bool allowed = answer.policy->allows(host.name);
      if (is_reported_) host.hop.reported = told;
      if (answer.policy->mode == net::StsPolicy::Mode::testing) {
        host.hop.is_tested = allowed;
        continue;
      }
      if (!allowed) note(host, told, "validation-failure");
      host.hop.is_name_known = allowed;
      host.hop.tls = TlsLevel::verify;
      if (allowed) continue;
      host.excluded = true;
      host.trouble = host.name + " is no host of the MTA-STS policy of " + domain_;
    }
  }

  /// A host that is nowhere, or here, is not asked; what was fetched before counts.
  net::StsAnswer find_policy(const std::string& id) {
    if (id.empty()) return policies_->find({domain_});
    auto addresses = policy_addresses();
    if (!addresses.empty()) return policies_->find({domain_, id, std::move(addresses)});
    auto known = policies_->find({domain_});
    if (known.trouble.empty()) known.trouble = "sts-policy-fetch-error";
    return known;
  }

  std::vector<std::string> policy_addresses() {
    Host host = {"mta-sts." + domain_};
    const auto six = dns_.ask(RecordType::aaaa, host.name);
    const auto four = dns_.ask(RecordType::a, host.name);
    const auto first = dns_.wait(six);
    take_addresses(host, first, dns_.wait(four));
    std::erase_if(host.addresses, [&](const auto& address) { return is_our_address(terms_, address); });
    return host.addresses;
  }

  /// What says most of why there is no host: that it may be there, that it must not be used, that it is not
  /// there.
  static std::size_t weight_of(const Host& host) { return host.unknown ? 2 : host.excluded ? 1 : 0; }

  base::Result<std::vector<NextHop>> hops() const {
    std::vector<NextHop> out;
    const Host* worst = &hosts_[0];
    for (const auto& host : hosts_) {
      if (host.trouble.empty()) out.push_back(host.hop);
      if (weight_of(host) > weight_of(*worst)) worst = &host;
    }
    if (!out.empty()) return out;
    constexpr Exit codes[] = {Exit::no_host, Exit::not_permitted, Exit::temporary};
    return base::fail(codes[weight_of(*worst)], worst->trouble);
  }

  const MxTerms& terms_;
  net::Resolver& dns_;
  StsPolicies* policies_;
  const std::string domain_;
  std::string canonical_ = {};
  bool secure_ = false;  // who the exchangers are
  bool is_implicit_ = false;
  bool is_reported_ = false;  // the domain wants to hear of its TLS
  std::vector<net::Exchanger> exchangers_;
  std::vector<Host> hosts_;  // the same ones, in the same order
};

base::Result<std::vector<NextHop>> literal(const MxTerms& terms, const std::string& text) {
  const auto inner = text.ends_with(']') ? text.substr(1, text.size() - 2) : "";
  const bool six = base::istarts_with(inner, "IPv6:");
  const auto address = net::plain_address(six ? inner.substr(5) : inner);
  if (address.empty() || six != (inner.find(':', six ? 5 : 0) != std::string::npos))
    return base::fail(Exit::no_host, base::printable(text, 100) + " is no address");
  if (is_our_address(terms, address)) return base::fail(Exit::protocol, text + " is this host");
  return std::vector<NextHop>{{address, smtp_port, {address}}};
}

/// The system's resolver says of none whether somebody has forged it (RFC 7672 section 2.2).
base::Result<void> take_validated_addresses(net::Resolver& resolver, NextHop& hop) {
  const std::array asked = {resolver.ask(RecordType::aaaa, hop.name), resolver.ask(RecordType::a, hop.name)};
  for (const auto ticket : asked) {
    const auto answer = resolver.wait(ticket);
    if (answer.unknown()) return base::fail(Exit::temporary, hop.name + ": " + reason_of(answer));
    if (!answer.found() || !answer.secure) continue;
    const auto count = std::min(answer.values.size(), addresses_limit);
    hop.addresses.insert(hop.addresses.end(), answer.values.begin(),
                         answer.values.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (!hop.addresses.empty()) return {};
  return base::fail(Exit::temporary, hop.name + " has no address that DNSSEC vouches for");
}

}  // namespace

base::Result<std::vector<NextHop>> MxExchangers::find(const std::string& destination) {
  return search(destination, true);
}

base::Result<std::vector<NextHop>> MxExchangers::find_whatever_policy(const std::string& destination) {
  return search(destination, false);
}

base::Result<void> MxExchangers::add_tlsa(NextHop& hop) {
  const auto name = net::tlsa_name(hop.port, hop.name);
  if (name.empty()) return {};
  TRY_ASSIGN(const auto resolver, open_());
  TRY(take_validated_addresses(*resolver, hop));
  const auto answer = resolver->look_up(RecordType::tlsa, name);
  if (answer.unknown()) return base::fail(Exit::temporary, name + ": " + reason_of(answer));
  if (answer.found() && answer.secure) hop.tlsa = net::usable_tlsa(answer.values);
  return {};
}

void MxExchangers::told(const NextHop& hop, const TlsOutcome& outcome) {
  if (!terms_.note || !hop.reported) return;
  const auto& policy = *hop.reported;
  // One that is only tested keeps nobody from a host that it does not name.
  const bool is_named =
      policy.type != "sts" || net::StsPolicy{net::StsPolicy::Mode::testing, 0, policy.mx}.allows(hop.name);
  const auto failure =
      outcome.failure.empty() && !is_named ? std::string("validation-failure") : outcome.failure;
  terms_.note({policy, failure, outcome.sender, hop.name, outcome.address, outcome.reason});
}

base::Result<std::vector<NextHop>> MxExchangers::search(const std::string& destination, bool with_policies) {
  auto domain = base::lower(destination);
  if (domain.starts_with('[')) return literal(terms_, domain);
  if (domain.ends_with('.')) domain.pop_back();
  if (!net::is_domain_name(domain))
    return base::fail(Exit::no_host, "'" + base::printable(destination, 100) + "' is no domain");
  TRY_ASSIGN(const auto resolver, open_());
  Search one(terms_, *resolver, policies_, domain);
  return with_policies ? one.run() : one.run_lax();
}

}  // namespace serve

#include "serve/remote_delivery.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/ascii.hpp"
#include "proc/orphan.hpp"
#include "serve/clock.hpp"
#include "serve/delivery_times.hpp"
#include "serve/tls_told.hpp"
#include "smtp/path.hpp"
#include "smtp/routes.hpp"

namespace serve {

namespace {

constexpr std::size_t recipients_at_once = 100;  // RFC 5321 section 4.5.3.1.8: every server takes as many
constexpr std::size_t hosts_at_once = 5;         // RFC 5321 section 5.1: at least two
constexpr std::uint64_t dead_for = 60;           // seconds
constexpr std::size_t most_open = 20;            // connections, where a message goes to very many hosts

Attempt to_attempt(const smtp::Verdict& verdict, const std::string& host) {
  const auto outcome = verdict.fate == smtp::Fate::delivered ? Outcome::delivered
                       : verdict.fate == smtp::Fate::failed  ? Outcome::failed
                                                             : Outcome::deferred;
  return {outcome, verdict.status, verdict.text, host};
}

Attempt not_found(const base::Error& error) {
  switch (error.code) {
    case base::Exit::no_host:
      return {Outcome::failed, "5.1.2", error.what, {}};
    case base::Exit::unavailable:
      return {Outcome::failed, "5.1.10", "556 5.1.10 " + error.what, {}};
    case base::Exit::protocol:
      return {Outcome::failed, "5.4.6", error.what, {}};
    case base::Exit::not_permitted:
      return {Outcome::deferred, "4.7.5", error.what, {}};
    default:
      return {Outcome::deferred, "4.4.3", error.what, {}};
  }
}

/// What one connection may be used for: the same host under the same conditions.
std::string key_of(const NextHop& hop) {
  std::string out = hop.name;
  for (const auto& part : {std::to_string(hop.port), std::to_string(static_cast<int>(hop.protocol)),
                           std::to_string(static_cast<int>(hop.tls)), std::to_string(hop.tls_at_once ? 1 : 0),
                           hop.source, hop.login, hop.certificate, hop.authorities})
    out += " " + part;
  for (const auto* list : {&hop.certificate_names, &hop.tlsa}) {
    for (const auto& one : *list) out += "," + one;
    out += ";";
  }
  return out;
}

/// As many of those at `open` as the host takes in one transaction.
std::vector<smtp::Addressee> first_of(const std::vector<smtp::Addressee>& recipients,
                                      const std::vector<std::size_t>& open, const smtp::Extensions& limits) {
  auto most = recipients_at_once;
  if (limits.rcpt_max != 0) most = std::min(most, limits.rcpt_max);
  std::set<std::string> domains;
  std::vector<smtp::Addressee> out;
  for (const auto place : open) {
    if (out.size() == most) break;
    domains.insert(base::lower(smtp::domain_of(recipients[place].address)));
    if (limits.rcpt_domain_max != 0 && domains.size() > limits.rcpt_domain_max) break;
    out.push_back(recipients[place]);
  }
  return out;
}

/// The host takes no more of them in one transaction (RFC 5321 section 4.5.3.1.10).
bool is_one_too_many(const smtp::Verdict& verdict) {
  if (verdict.fate != smtp::Fate::deferred) return false;
  return verdict.status == "4.5.3" || (verdict.status.ends_with(".0.0") &&
                                       (verdict.text.starts_with("452") || verdict.text.starts_with("552")));
}

}  // namespace

base::Result<std::vector<NextHop>> RemoteHosts::find(const Destination& destination, TlsWish wish) {
  if (destination.kind == Destination::Kind::domain) {
    if (domains_ != nullptr) return find_as_wished(*domains_, destination.name, wish);
    return base::fail(base::Exit::no_host, "no route to " + destination.name);
  }
  TRY_ASSIGN(auto hops, routes_.find(destination.name));
  for (auto& hop : hops) {
    if (hop.tls == TlsLevel::dane && domains_ == nullptr)
      return base::fail(base::Exit::temporary, "tls=dane of a route needs relay-by-mx, which is off");
    if (hop.tls == TlsLevel::dane) TRY(domains_->add_tlsa(hop));
    if (wish == TlsWish::required && hop.tls != TlsLevel::dane) hop.tls = TlsLevel::verify;
  }
  return hops;
}

/// The one that is open, or a new one; nothing: the host is dead.
Conversation* RemoteHosts::connect(const NextHop& hop) {
  const auto key = key_of(hop);
  if (const auto known = open_.find(key); known != open_.end()) return known->second.get();
  if (open_.size() == most_open) open_.erase(open_.begin());
  auto opened = open_and_tell(domains_, hop, {hostname_, timeout_, tls_, files_});
  if (!opened.conversation) {
    dead_[key] = {std::move(opened.trouble), now_seconds() + dead_for};
    return nullptr;
  }
  return open_.emplace(key, std::move(opened.conversation)).first->second.get();
}

/// One transaction with the first of those at `open`; nothing: the host ended an idle connection, or is dead.
RemoteHosts::Tries RemoteHosts::try_once(const NextHop& hop, const Letter& letter,
                                         const std::vector<std::size_t>& open) {
  const auto key = key_of(hop);
  const auto name = smtp::to_string(smtp::Host{hop.name, hop.port});
  const bool fresh = !open_.contains(key);
  auto* const conversation = connect(hop);
  if (conversation == nullptr) return {};
  const auto& offered = conversation->client().extensions();
  smtp::Transaction transaction{letter.message.envelope.sender, first_of(letter.recipients, open, offered),
                                letter.content.size(), letter.parameters};
  transaction.utf8 =
      base::has_8bit(transaction.sender) || (letter.parameters.utf8 && letter.content.eight_bit_header());
  for (const auto& one : transaction.recipients)
    transaction.utf8 = transaction.utf8 || base::has_8bit(one.address);
  transaction.eight_bit = letter.content.eight_bit_body() || letter.content.eight_bit_header();
  // Where it cannot be done the machine says that the host does not take it.
  const bool eight_bit = !transaction.eight_bit || transaction.utf8 || offered.eight_bit;
  const auto ascii = eight_bit ? base::Result<Outgoing>(letter.content) : letter.content.downgraded();
  if (ascii && !eight_bit) {
    transaction.eight_bit = false;
    transaction.size = ascii->size();
  }
  conversation->carry(std::move(transaction), ascii ? *ascii : letter.content);
  const auto& client = conversation->client();
  Tries out;
  for (const auto& verdict : client.verdicts()) {
    out.push_back({to_attempt(verdict, name), verdict.elsewhere, is_one_too_many(verdict)});
    out.back().attempt.notify_passed_on = client.dsn_passed_on();
    out.back().attempt.tls = conversation->tls();
    out.back().attempt.time_passed_on = hop.protocol == Protocol::lmtp || offered.deliver_by;
  }
  const bool closed = conversation->closed();
  const bool broken = closed && std::all_of(out.begin(), out.end(),
                                            [](const Try& one) { return one.attempt.status == "4.4.2"; });
  // An idle connection that the host closed meanwhile, with or without its 421, is no failure: once more on a
  // new one.
  const bool again = closed && !fresh && !client.body_begun();
  if (closed || conversation->used_up()) open_.erase(key);
  if (again) return {};
  if (broken)
    dead_[key] = {{Outcome::deferred, "4.4.2", out.at(0).attempt.reason, name}, now_seconds() + dead_for};
  return out;
}

/// No sooner are those noted whom a host has taken.
bool RemoteHosts::may_go_on() const {
  if (!taken_) proc::allow_end();
  return !taken_ || !proc::is_end_due();
}

RemoteHosts::Tries RemoteHosts::deliver_to(const NextHop& hop, const Letter& letter) {
  Tries out(letter.recipients.size());
  std::vector<std::size_t> open(out.size());
  std::iota(open.begin(), open.end(), 0);
  while (!open.empty()) {
    if (const auto dead = dead_.find(key_of(hop)); dead != dead_.end()) {
      for (const auto place : open) out[place] = {dead->second.trouble, true};
      break;
    }
    if (!may_go_on()) {
      for (const auto place : open) out[place] = {{}, true};
      break;
    }
    const auto tries = try_once(hop, letter, open);
    // As long as some get it the others may be next.
    const bool any = std::any_of(tries.begin(), tries.end(),
                                 [](const Try& one) { return one.attempt.outcome == Outcome::delivered; });
    taken_ = taken_ || any;
    std::vector<std::size_t> still;
    for (std::size_t i = 0; i < tries.size(); ++i) {
      out[open[i]] = tries[i];
      if (any && tries[i].too_many) still.push_back(open[i]);
    }
    still.insert(still.end(), open.begin() + static_cast<std::ptrdiff_t>(tries.size()), open.end());
    open = std::move(still);
  }
  return out;
}

base::Result<std::vector<Attempt>> RemoteHosts::deliver(const Destination& destination,
                                                        const spool::Message& message,
                                                        const std::vector<spool::Recipient>& recipients) {
  const proc::MayEnd until_content_is_sent;
  TRY_ASSIGN(const auto content, Outgoing::survey(message));
  // What stands in the spool was read when it came in; a hand that has changed it asks for nothing.
  const auto asked = smtp::parse_mail_parameters(message.envelope.parameters);
  Letter letter{message, asked ? *asked : smtp::MailParameters(), content, {}};
  auto& by = letter.parameters.by;
  if (by)
    by->seconds -= static_cast<std::int64_t>(now_seconds()) -
                   static_cast<std::int64_t>(begin_of(message.envelope, letter.parameters));
  // There is no BY=0;R; what is late by then is returned by who keeps it.
  if (by && by->give_up) by->seconds = std::max<std::int64_t>(by->seconds, 1);
  auto wish = wish_of(message, letter.parameters);
  // A notice is rather seen than lost (RFC 8689 section 5).
  if (message.envelope.sender.empty() && wish == TlsWish::required) wish = TlsWish::usual;
  const auto hops = find(destination, wish);
  if (!hops) return std::vector<Attempt>(recipients.size(), not_found(hops.error()));
  std::vector<Attempt> out(recipients.size(), {Outcome::deferred, "4.4.4", "no host is known for it", {}});
  std::vector<std::size_t> open(recipients.size());
  std::iota(open.begin(), open.end(), 0);
  std::erase_if(dead_, [now = now_seconds()](const auto& one) { return one.second.until <= now; });
  std::size_t talks = 0;
  taken_ = false;
  for (const auto& hop : *hops) {
    const bool dead = dead_.contains(key_of(hop));
    // What a host has said about a recipient says more than that another is still dead.
    if (open.empty() || talks == hosts_at_once || (dead && talks > 0)) continue;
    if (!may_go_on()) break;
    talks += dead ? 0 : 1;
    letter.recipients.clear();
    for (const auto place : open) {
      const auto wanted = smtp::parse_rcpt_parameters(recipients[place].parameters);
      letter.recipients.push_back({recipients[place].address, wanted ? *wanted : smtp::RcptParameters()});
    }
    const auto tries = deliver_to(hop, letter);
    std::vector<std::size_t> still;
    for (std::size_t i = 0; i < tries.size(); ++i) {
      out[open[i]] = tries[i].attempt;
      if (tries[i].elsewhere) still.push_back(open[i]);
    }
    open = std::move(still);
  }
  // Whatever was heard of them, it was not all that could be: not the last word where their time is over.
  if (!open.empty() && !may_go_on()) {
    for (const auto place : open) out[place] = {};
  }
  return out;
}

}  // namespace serve

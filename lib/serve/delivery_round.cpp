#include "serve/delivery_round.hpp"

#include <algorithm>
#include <map>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/forwarding.hpp"
#include "serve/lines.hpp"
#include "serve/place_delivery.hpp"
#include "serve/written_to.hpp"
#include "smtp/path.hpp"

namespace serve {

namespace {

constexpr std::size_t left_limit = 24 * 1024;  // octets of lines; who is beyond them has his turn at once

const char* event_of(Outcome outcome) {
  return outcome == Outcome::delivered ? "delivered" : outcome == Outcome::failed ? "failed" : "deferred";
}

void log_attempt(const std::string& id, const std::string& address, const Attempt& attempt,
                 const std::string& reason) {
  const char* event = event_of(attempt.outcome);
  const std::string_view host = attempt.host.empty() ? std::string_view("local") : attempt.host;
  if (attempt.tls.empty()) {
    proc::log(id, event, {{"to", address}, {"status", attempt.status}, {"host", host}, {"reason", reason}});
  } else {
    proc::log(id, event,
              {{"to", address},
               {"status", attempt.status},
               {"host", host},
               {"tls", attempt.tls},
               {"reason", reason}});
  }
}

}  // namespace

Round::Round(const DeliveryConfig& config, const AccountPolicy& policy, spool::Message& message,
             const Deadlines& deadlines, bool expired)
    : config_(config),
      policy_(policy),
      message_(message),
      warns_(deadlines.warns),
      expired_(expired),
      returned_late_(deadlines.returned_late),
      notice_({config.hostname, config.spool, deadlines.expires}, message),
      copies_(policy, message.envelope, config.local.subaddress) {}

base::Result<bool> Round::run(const Hands& hands) {
  const auto& recipients = message_.envelope.recipients;
  for (const auto& recipient : recipients) open_ += recipient.status == spool::Status::todo ? 1 : 0;
  take_up_owed();
  std::map<Destination, std::vector<std::size_t>> elsewhere;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (recipients[i].status != spool::Status::todo || copies_.is_spare(i)) continue;
    const auto domain = smtp::domain_of(recipients[i].address);
    if (!has_turn(i, hands)) {
      skipped_ = true;
    } else if (copies_.is_done(i)) {
      record(i, {Outcome::delivered, "2.0.0", "delivered by another of its names", {}});
    } else if (expired_ && returned_late_) {
      record(i, {Outcome::deferred, "4.4.7", "the time that its sender gave it is over", {}});
    } else if (is_here(i)) {
      TRY(locally(i, hands.local, true));
    } else if (const auto destination = policy_.destination_of(domain)) {
      if (!goes_elsewhere(destination->name, hands)) elsewhere[*destination].push_back(i);
    } else {
      record(i, {Outcome::failed, "5.4.4", "no route to " + std::string(domain), {}});
    }
    mark_delivered();
  }
  for (const auto& [host, places] : elsewhere) TRY(remotely(host, places, hands.remote));
  TRY(forward());
  TRY(slowly(hands));
  TRY(report());
  return is_finished();
}

base::Result<void> Round::mark_all() {
  TRY(spool::Queue::mark(message_, failed_, spool::Status::fail));
  std::vector<std::size_t> rest;
  for (std::size_t i = 0; i < message_.envelope.recipients.size(); ++i) {
    const auto& recipient = message_.envelope.recipients[i];
    if (recipient.status == spool::Status::todo || recipient.owed) rest.push_back(i);
  }
  return spool::Queue::mark(message_, rest, spool::Status::done);
}

bool Round::is_here(std::size_t recipient) const {
  const auto domain = smtp::domain_of(message_.envelope.recipients[recipient].address);
  return domain.empty() || policy_.is_local_domain(domain);
}

bool Round::has_turn(std::size_t recipient, const Hands& hands) const {
  if (hands.lane == nullptr || !hands.lane->alone) return true;
  const auto& line = hands.lane->line;
  if (!is_here(recipient)) return !is_local(line);
  return errand_line(lane_of(policy_, message_.envelope.recipients[recipient].address)) == line;
}

/// Whoever serves the users of this host does not wait for others: that comes in the line of the first of
/// them, in one turn for all.
bool Round::goes_elsewhere(const std::string& destination, const Hands& hands) {
  if (hands.lane == nullptr || !is_local(hands.lane->line)) return false;
  if (outside_.empty()) outside_ = destination;
  skipped_ = true;
  return true;
}

bool Round::is_left(std::size_t recipient, const Hands& hands) {
  if (hands.lane == nullptr) return false;
  const auto lane = errand_line(lane_of(policy_, message_.envelope.recipients[recipient].address));
  if (lane == hands.lane->line) return false;
  if (std::find(left_.begin(), left_.end(), lane) == left_.end()) {
    if (left_size_ + lane.size() > left_limit) return false;
    left_size_ += lane.size();
    left_.push_back(lane);
  }
  skipped_ = true;
  return true;
}

/// Of a turn that ended between a delivery and the report on it.
void Round::take_up_owed() {
  const auto& recipients = message_.envelope.recipients;
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    if (!recipients[i].owed) continue;
    (void)notice_.succeeded(i, {Outcome::delivered, "2.0.0", "", ""},
                            is_here(i) ? mime::Action::delivered : mime::Action::relayed);
    owed_.push_back(i);
  }
}

base::Result<void> Round::at_place(std::size_t recipient, const smtp::Target& place) {
  const auto& address = message_.envelope.recipients[recipient].address;
  PlaceDelivery how = {config_.hostname, policy_.alias_user()};
  how.when_slow = set_others_apart(recipient);
  TRY_ASSIGN(const auto attempt,
             deliver_to_place(how, place, message_,
                              written_to(message_.envelope, address, &policy_, config_.hostname)));
  record(recipient, attempt);
  return {};
}

base::Result<void> Round::locally(std::size_t recipient, LocalDelivery& mailboxes, bool at_once) {
  const auto& address = message_.envelope.recipients[recipient].address;
  if (const auto* place = message_.envelope.expanded ? policy_.find_place(address) : nullptr) {
    if (!at_once) return at_place(recipient, *place);
    slow_.push_back(recipient);
    return {};
  }
  auto [who, user] = whom(policy_, message_.envelope, address);
  if (who.is_alias && who.size() == 0) {
    record(recipient, {Outcome::failed, "5.4.6", "the alias leads to nobody but itself", {}});
    return {};
  }
  if (who.is_alias && !user) {
    aliases_.emplace_back(recipient, std::move(who));
    return {};
  }
  const auto* account = user ? policy_.account_of(*user) : nullptr;
  if (account == nullptr) {
    record(recipient, {Outcome::failed, "5.1.1", "no such user here", {}});
    return {};
  }
  const LocalRecipient to = {*user, *account, address, &policy_, set_others_apart(recipient)};
  if (!at_once) {
    TRY_ASSIGN(const auto attempt, mailboxes.deliver(message_, to));
    record(recipient, attempt);
    return {};
  }
  TRY_ASSIGN(const auto attempt, mailboxes.deliver_at_once(message_, to));
  if (attempt) {
    record(recipient, *attempt);
  } else {
    slow_.push_back(recipient);
  }
  return {};
}

/// What may take as long as somebody else likes comes last, and in the line of his errands.
base::Result<void> Round::slowly(const Hands& hands) {
  for (const auto recipient : slow_) {
    // All who are left then have it in the copy, also where they could not be marked.
    if (set_apart_) break;
    if (is_left(recipient, hands)) continue;
    TRY(locally(recipient, hands.local, false));
    mark_delivered();
  }
  if (!outside_.empty()) left_.push_back(outside_);
  return {};
}

/// One whose program hangs would keep it from all who had no turn yet, wherever that is to be. In the last
/// round of a message they have theirs with it.
WhenSlow Round::set_others_apart(std::size_t busy) {
  if (config_.once || expired_) return {};
  return [this, busy] {
    const auto& spares = copies_.spare_for(busy);
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < message_.envelope.recipients.size(); ++i) {
      const bool is_his = i == busy || std::find(spares.begin(), spares.end(), i) != spares.end();
      if (message_.envelope.recipients[i].status == spool::Status::todo && !is_his && !tried_.contains(i))
        others.push_back(i);
    }
    if (!others.empty()) set_apart(others);
  };
}

/// On an error they wait.
void Round::set_apart(const std::vector<std::size_t>& others) {
  if (const auto copied = serve::set_apart(config_.spool, message_, others); !copied) {
    proc::log(message_.envelope.id, "trouble", {{"reason", copied.error().what}});
    return;
  }
  if (auto marked = spool::Queue::mark(message_, others, spool::Status::done); !marked) unmarked_ = marked;
  open_ -= others.size();
  left_.clear();
  outside_.clear();
  skipped_ = false;
  set_apart_ = true;
}

/// Whoever is behind an alias gets the message from the queue, each with a fate of its own. Delivery to a
/// list is the end of it; of who is alone behind an alias it is told when he has it (RFC 3461
/// section 5.2.7).
base::Result<void> Round::forward() {
  std::vector<AliasRecipient> aliases;
  for (const auto& [recipient, who] : aliases_) {
    const auto& to = message_.envelope.recipients[recipient];
    aliases.push_back({who.list.empty() ? with_original(to) : to.parameters, who});
  }
  TRY_ASSIGN(const auto attempts, send_on(config_.spool, policy_, message_, aliases, copies_.named()));
  for (std::size_t i = 0; i < attempts.size(); ++i)
    record(aliases_[i].first, attempts[i],
           aliases_[i].second.list.empty() ? mime::Action::expanded : mime::Action::delivered);
  mark_delivered();
  return {};
}

base::Result<void> Round::remotely(const Destination& host, const std::vector<std::size_t>& places,
                                   Remote& remote) {
  std::vector<spool::Recipient> addresses;
  for (const auto place : places) addresses.push_back(message_.envelope.recipients[place]);
  TRY_ASSIGN(const auto attempts, remote.deliver(host, message_, addresses));
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (attempts.at(i).status.empty()) {
      skipped_ = true;
    } else {
      record(places[i], attempts[i], mime::Action::relayed);
    }
  }
  mark_delivered();
  return {};
}

void Round::record(std::size_t recipient, const Attempt& attempt, mime::Action success) {
  record_one(recipient, attempt, success);
  for (const auto spare : copies_.spare_for(recipient)) record_one(spare, attempt, success);
}

void Round::record_one(std::size_t recipient, Attempt attempt, mime::Action success) {
  const auto& address = message_.envelope.recipients[recipient].address;
  auto reason = attempt.reason;
  if (attempt.outcome == Outcome::deferred && expired_) {
    attempt.outcome = Outcome::failed;
    attempt.status = "5.4.7";
    reason = "given up after too long: " + reason;
  }
  // Nobody is left who could be told: it stays until somebody looks, as nothing is dropped in silence.
  if (attempt.outcome == Outcome::failed && message_.envelope.sender.empty() && address == "postmaster") {
    attempt.outcome = Outcome::deferred;
    reason = "kept, as nobody else can be told: " + reason;
  }
  log_attempt(message_.envelope.id, address, attempt, reason);
  --open_;
  tried_.insert(recipient);
  if (attempt.outcome == Outcome::delivered) {
    (notice_.succeeded(recipient, attempt, success) ? owed_now_ : done_now_).push_back(recipient);
    return;
  }
  // For a person; a disk too full for it must not keep the others from their mail.
  (void)spool::Queue::note(message_, std::to_string(now_seconds()) + " " + address + " " +
                                         event_of(attempt.outcome) + " " + attempt.status + " " + reason);
  if (attempt.outcome == Outcome::failed) {
    failed_.push_back(recipient);
    (void)notice_.failed(recipient, attempt);
    return;
  }
  ++deferred_;
  warn(recipient, attempt);
}

/// A header that cannot be read now costs the warning, not the mark of who has just got the message.
void Round::warn(std::size_t recipient, const Attempt& attempt) {
  if (warns_ == 0 || now_seconds() < warns_ || message_.envelope.recipients[recipient].late) return;
  const auto told = notice_.delayed(recipient, attempt);
  if (told && *told) late_.push_back(recipient);
}

/// Who has the message is noted at once, and of whom its sender wants to hear: a crash must lose neither.
/// Only where nothing is left to do the removal of the file is note enough.
void Round::mark_delivered() {
  if (open_ > 0 || deferred_ > 0 || !notice_.empty()) {
    auto marked = spool::Queue::mark(message_, done_now_, spool::Status::done);
    if (marked) marked = spool::Queue::mark_owed(message_, owed_now_);
    // The others must not wait for it, nor these get a copy at every try: take_turn() sees to that.
    if (!marked) unmarked_ = marked;
  }
  owed_.insert(owed_.end(), owed_now_.begin(), owed_now_.end());
  owed_now_.clear();
  done_now_.clear();
}

/// The report is in the queue before anything about it is marked: a crash between the two sends it twice,
/// not never.
base::Result<void> Round::report() {
  if (!notice_.empty()) TRY(notice_.send());
  if (is_finished()) return {};
  TRY(spool::Queue::mark(message_, failed_, spool::Status::fail));
  TRY(spool::Queue::mark(message_, owed_, spool::Status::done));
  return spool::Queue::mark_late(message_, late_);
}

}  // namespace serve

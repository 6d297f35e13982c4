#include "serve/delivery.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/forwarding.hpp"
#include "serve/notice.hpp"
#include "serve/place_delivery.hpp"
#include "serve/written_to.hpp"
#include "smtp/parameter.hpp"
#include "spool/grip.hpp"

namespace serve {

namespace {

constexpr std::uint64_t unfinished_for = 3600;  // seconds
constexpr std::uint64_t after_trouble = 300;    // seconds, before this host tries again what it could not do
constexpr std::uint64_t day = 86'400;

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

/// When the message is given up and its sender told of a delay, in seconds since 1970.
struct Deadlines {
  std::uint64_t begins = 0;    // when it came, or was to be sent (RFC 4865)
  std::uint64_t lifetime = 0;  // seconds from then
  std::uint64_t expires = 0;
  std::uint64_t warns = 0;     // 0: never
  bool returned_late = false;  // the sender wants it back rather than delivered after that
};

/// A sender may ask for less time than this host takes (RFC 2852 section 4).
Deadlines deadlines_of(const DeliveryConfig& config, const spool::Envelope& envelope) {
  auto lifetime = config.lifetime;
  auto warning = config.delay_warning;
  const auto asked = smtp::parse_mail_parameters(envelope.parameters);
  const auto begins = std::max(envelope.received, asked ? asked->hold_until.value_or(0) : 0);
  if (asked && asked->by) {
    const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(asked->by->seconds, 1));
    (asked->by->give_up ? lifetime : warning) = std::min(asked->by->give_up ? lifetime : seconds, seconds);
  }
  return {begins, lifetime, begins + lifetime, warning == 0 ? 0 : begins + warning,
          asked && asked->by && asked->by->give_up};
}

/// Not after a moment at which there is something to say.
std::uint64_t in_time(std::uint64_t due, std::uint64_t now, const Deadlines& deadlines) {
  for (const auto moment : {deadlines.warns, deadlines.expires}) {
    if (moment > now) due = std::min(due, moment);
  }
  return due;
}

/// Whom a local address means: one user, or those behind an alias.
struct Whom {
  Expansion who;
  std::optional<std::string> user;
};

Whom whom(const AccountPolicy& policy, const spool::Envelope& envelope, const std::string& address) {
  const auto local = std::string_view(address).substr(0, address.rfind('@'));
  if (envelope.expanded) return {{}, policy.user_of(local)};
  Whom out{policy.expand(local, domain_of(address)), {}};
  const auto& who = out.who;
  if (who.list.empty() && who.size() == 1 && who.users.size() == 1) out.user = who.users[0];
  return out;
}

/// A message to one user alone may wait for the disk with others of the batch. True: it does.
bool prepare(const AccountPolicy& policy, const spool::Message& message, LocalDelivery& mailboxes) {
  const auto& recipients = message.envelope.recipients;
  if (recipients.size() != 1 || recipients[0].status != spool::Status::todo) return false;
  // What is wanted in time or not at all may be too late.
  if (message.envelope.parameters.find("BY=") != std::string::npos) return false;
  const auto& address = recipients[0].address;
  const auto domain = domain_of(address);
  if (!domain.empty() && !policy.is_local_domain(domain)) return false;
  if (message.envelope.expanded && policy.find_place(address) != nullptr) return false;
  const auto user = whom(policy, message.envelope, address).user;
  const auto* account = user ? policy.account_of(*user) : nullptr;
  return account != nullptr && mailboxes.prepare(message, {*user, *account, address, &policy});
}

class Delivery {
 public:
  Delivery(const DeliveryConfig& config, const AccountPolicy& policy, spool::Message& message,
           const Deadlines& deadlines, bool expired)
      : config_(config),
        policy_(policy),
        message_(message),
        warns_(deadlines.warns),
        expired_(expired),
        returned_late_(deadlines.returned_late),
        notice_({config.hostname, config.spool, deadlines.expires}, message) {}

  /// True when no recipient is left to do: then the file is to be removed, which is the last mark.
  base::Result<bool> run(LocalDelivery& local, Remote& remote) {
    const auto& recipients = message_.envelope.recipients;
    for (const auto& recipient : recipients) open_ += recipient.status == spool::Status::todo ? 1 : 0;
    take_up_owed();
    std::map<Destination, std::vector<std::size_t>> elsewhere;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      if (recipients[i].status != spool::Status::todo) continue;
      const auto domain = domain_of(recipients[i].address);
      if (expired_ && returned_late_) {
        TRY(record(i, {Outcome::deferred, "4.4.7", "the time that its sender gave it is over", {}}));
      } else if (domain.empty() || policy_.is_local_domain(domain)) {
        TRY(locally(i, local));
      } else if (const auto destination = policy_.destination_of(domain)) {
        elsewhere[*destination].push_back(i);
      } else {
        TRY(record(i, {Outcome::failed, "5.4.4", "no route to " + std::string(domain), {}}));
      }
      mark_delivered();
    }
    for (const auto& [host, places] : elsewhere) TRY(remotely(host, places, remote));
    TRY(forward());
    TRY(report());
    return deferred_ == 0;
  }

  /// The error of a mark that could not be written: who has the message would get it again.
  const base::Result<void>& unmarked() const { return unmarked_; }

  /// For a file that could not be removed.
  base::Result<void> mark_all() {
    TRY(spool::Queue::mark(message_, failed_, spool::Status::fail));
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < message_.envelope.recipients.size(); ++i) {
      const auto& recipient = message_.envelope.recipients[i];
      if (recipient.status == spool::Status::todo || recipient.owed) rest.push_back(i);
    }
    return spool::Queue::mark(message_, rest, spool::Status::done);
  }

 private:
  /// Of a turn that ended between a delivery and the report on it.
  void take_up_owed() {
    const auto& recipients = message_.envelope.recipients;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      if (!recipients[i].owed) continue;
      const auto domain = domain_of(recipients[i].address);
      const bool here = domain.empty() || policy_.is_local_domain(domain);
      (void)notice_.succeeded(i, {Outcome::delivered, "2.0.0", "", ""},
                              here ? mime::Action::delivered : mime::Action::relayed);
      owed_.push_back(i);
    }
  }

  base::Result<void> locally(std::size_t recipient, LocalDelivery& mailboxes) {
    const auto& address = message_.envelope.recipients[recipient].address;
    if (const auto* place = message_.envelope.expanded ? policy_.find_place(address) : nullptr) {
      TRY_ASSIGN(auto attempt,
                 deliver_to_place({config_.hostname, policy_.alias_user()}, *place, message_,
                                  written_to(message_.envelope, address, &policy_, config_.hostname)));
      return record(recipient, std::move(attempt));
    }
    auto [who, user] = whom(policy_, message_.envelope, address);
    if (who.is_alias && who.size() == 0)
      return record(recipient, {Outcome::failed, "5.4.6", "the alias leads to nobody but itself", {}});
    if (who.is_alias && !user) {
      aliases_.emplace_back(recipient, std::move(who));
      return {};
    }
    const auto* account = user ? policy_.account_of(*user) : nullptr;
    if (account == nullptr) return record(recipient, {Outcome::failed, "5.1.1", "no such user here", {}});
    TRY_ASSIGN(const auto attempt, mailboxes.deliver(message_, {*user, *account, address, &policy_}));
    return record(recipient, attempt);
  }

  /// Whoever is behind an alias gets the message from the queue, each with a fate of its own. Delivery to a
  /// list is the end of it; of who is alone behind an alias it is told when he has it (RFC 3461
  /// section 5.2.7).
  base::Result<void> forward() {
    std::vector<AliasRecipient> aliases;
    for (const auto& [recipient, who] : aliases_) {
      const auto& to = message_.envelope.recipients[recipient];
      aliases.push_back({who.list.empty() ? with_original(to) : to.parameters, who});
    }
    TRY_ASSIGN(auto attempts, send_on(config_.spool, policy_, message_, aliases));
    for (std::size_t i = 0; i < attempts.size(); ++i) {
      const auto& who = aliases_[i].second;
      attempts[i].notify_passed_on = who.list.empty() && who.size() == 1;
      TRY(record(aliases_[i].first, attempts[i],
                 who.list.empty() ? mime::Action::expanded : mime::Action::delivered));
    }
    mark_delivered();
    return {};
  }

  base::Result<void> remotely(const Destination& host, const std::vector<std::size_t>& places,
                              Remote& remote) {
    std::vector<spool::Recipient> addresses;
    for (const auto place : places) addresses.push_back(message_.envelope.recipients[place]);
    TRY_ASSIGN(const auto attempts, remote.deliver(host, message_, addresses));
    for (std::size_t i = 0; i < places.size(); ++i)
      TRY(record(places[i], attempts.at(i), mime::Action::relayed));
    mark_delivered();
    return {};
  }

  base::Result<void> record(std::size_t recipient, Attempt attempt,
                            mime::Action success = mime::Action::delivered) {
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
    const char* event = attempt.outcome == Outcome::delivered ? "delivered"
                        : attempt.outcome == Outcome::failed  ? "failed"
                                                              : "deferred";
    const std::string_view host = attempt.host.empty() ? std::string_view("local") : attempt.host;
    const auto& id = message_.envelope.id;
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
    --open_;
    if (attempt.outcome == Outcome::delivered) {
      (notice_.succeeded(recipient, attempt, success) ? owed_now_ : done_now_).push_back(recipient);
      return {};
    }
    // For a person; a disk too full for it must not keep the others from their mail.
    (void)spool::Queue::note(message_, std::to_string(now_seconds()) + " " + address + " " + event + " " +
                                           attempt.status + " " + reason);
    if (attempt.outcome == Outcome::failed) {
      failed_.push_back(recipient);
      (void)notice_.failed(recipient, attempt);
      return {};
    }
    ++deferred_;
    return warn(recipient, attempt);
  }

  base::Result<void> warn(std::size_t recipient, const Attempt& attempt) {
    if (warns_ == 0 || now_seconds() < warns_ || message_.envelope.recipients[recipient].late) return {};
    TRY_ASSIGN(const bool told, notice_.delayed(recipient, attempt));
    if (told) late_.push_back(recipient);
    return {};
  }

  /// Who has the message is noted at once, and of whom its sender wants to hear: a crash must lose neither.
  /// Only where nothing is left to do the removal of the file is note enough.
  void mark_delivered() {
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
  base::Result<void> report() {
    if (!notice_.empty()) TRY(notice_.send());
    if (deferred_ == 0) return {};
    TRY(spool::Queue::mark(message_, failed_, spool::Status::fail));
    TRY(spool::Queue::mark(message_, owed_, spool::Status::done));
    return spool::Queue::mark_late(message_, late_);
  }

  const DeliveryConfig& config_;
  const AccountPolicy& policy_;
  spool::Message& message_;
  std::uint64_t warns_;
  bool expired_;
  bool returned_late_;
  Notice notice_;
  std::size_t open_ = 0;
  std::size_t deferred_ = 0;
  std::vector<std::size_t> done_now_;  // delivered, not marked yet
  std::vector<std::size_t> owed_now_;  // the same, and their sender is to be told
  std::vector<std::size_t> owed_;
  std::vector<std::size_t> failed_;
  std::vector<std::size_t> late_;
  std::vector<std::pair<std::size_t, Expansion>> aliases_;  // recipients, and whom they stand for
  base::Result<void> unmarked_;
};

/// A file that is still being written says nothing; one whose writer died goes after an hour; anything else
/// is a person's.
base::Result<void> leave_alone(const spool::Queue& queue, const spool::Entry& entry,
                               const std::string& reason) {
  if (queue.is_being_written(entry)) return {};
  if (entry.due + unfinished_for < now_seconds()) {
    TRY_ASSIGN(const bool reaped, queue.reap(entry));
    if (reaped) {
      proc::log(entry.id, "reaped", {{"reason", "never finished, never acknowledged"}});
      return {};
    }
  }
  proc::log(entry.id, "unreadable", {{"reason", reason}});
  return {};
}

/// A message that is in hand.
struct Turn {
  spool::Entry entry;
  spool::Message message;
  std::unique_ptr<spool::Grip> grip;
};

/// Nothing: it is not for this turn.
base::Result<std::optional<Turn>> take_up(const spool::Queue& queue, const spool::Entry& entry) {
  auto message = queue.open(entry);
  if (!message && message.error().code == base::Exit::data) {
    TRY(leave_alone(queue, entry, message.error().what));
    return std::nullopt;
  }
  if (!message && message.error().code == base::Exit::no_input) return std::nullopt;
  if (!message) return message.error();
  // Whole, but its writer has not said so to anyone yet: it may still fail, and the sender send it again.
  // And whoever holds or deletes it is either too late from here on or was here before.
  auto grip = std::make_unique<spool::Grip>(message->file.get(), queue.path(entry));
  if (!*grip) return std::nullopt;
  TRY(spool::Queue::claim(*message));
  return Turn{entry, std::move(*message), std::move(grip)};
}

base::Result<void> finish(const DeliveryConfig& config, const AccountPolicy& policy,
                          const spool::Queue& queue, Turn& turn, const Hands& hands) {
  const auto now = now_seconds();
  const auto& envelope = turn.message.envelope;
  const auto deadlines = deadlines_of(config, envelope);
  const auto due = spool::next_due(deadlines.begins, now, config.retry, deadlines.lifetime);
  Delivery delivery(config, policy, turn.message, deadlines, !due);
  const auto finished = delivery.run(hands.local, hands.remote);
  if (finished && *finished) {
    const auto removed = queue.remove(turn.entry);
    if (removed) turn.grip->let_go();
    if (removed && hands.late_close != nullptr) hands.late_close->take(std::move(turn.message.file));
    if (removed || delivery.mark_all()) return removed;
    TRY(queue.defer(turn.entry, now + day));
    return removed;
  }
  const auto trouble = finished ? delivery.unmarked() : base::Result<void>(finished.error());
  if (!trouble) proc::log(turn.entry.id, "trouble", {{"reason", trouble.error().what}});
  const auto later = !delivery.unmarked() ? now + day
                     : !trouble           ? now + std::min(config.retry, after_trouble)
                                          : in_time(due.value_or(now + day), now, deadlines);
  TRY(queue.defer(turn.entry, later));
  return {};
}

}  // namespace

base::Result<void> take_turn(const DeliveryConfig& config, const AccountPolicy& policy,
                             const spool::Queue& queue, const spool::Entry& entry, const Hands& hands) {
  TRY_ASSIGN(auto turn, take_up(queue, entry));
  return turn ? finish(config, policy, queue, *turn, hands) : base::Result<void>();
}

std::vector<base::Result<void>> take_turns(const DeliveryConfig& config, const AccountPolicy& policy,
                                           const spool::Queue& queue,
                                           const std::vector<spool::Entry>& entries, const Hands& hands,
                                           const std::function<bool()>& is_over) {
  std::vector<base::Result<std::optional<Turn>>> turns;
  std::size_t together = 0;  // from the first on
  do {
    turns.push_back(take_up(queue, entries[together]));
  } while (turns.back() && *turns.back() && prepare(policy, (*turns.back())->message, hands.local) &&
           ++together < entries.size() && !is_over());
  hands.local.settle();
  std::vector<base::Result<void>> out;
  for (auto& turn : turns) {
    out.push_back(!turn   ? base::Result<void>(turn.error())
                  : *turn ? finish(config, policy, queue, **turn, hands)
                          : base::Result<void>());
  }
  return out;
}

}  // namespace serve

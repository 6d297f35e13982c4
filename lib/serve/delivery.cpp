#include "serve/delivery.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "mime/report.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/forwarding.hpp"
#include "smtp/parameter.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::uint64_t unfinished_for = 3600;  // seconds
constexpr std::uint64_t after_trouble = 300;    // seconds, before this host tries again what it could not do
constexpr std::uint64_t day = 86'400;
constexpr std::uint64_t returned_header = 256 * 1024;  // octets that a report shows at most
constexpr std::uint64_t returned_message =
    1 << 20;  // of a message that is returned whole (RFC 3461 section 4.3)

std::string_view domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

class Delivery {
 public:
  Delivery(const DeliveryConfig& config, const AccountPolicy& policy, spool::Message& message, bool expired)
      : config_(config), policy_(policy), message_(message), expired_(expired) {
    // What stands in the spool was read when it came in; a hand that has changed it asks for nothing.
    if (auto asked = smtp::parse_mail_parameters(message.envelope.parameters)) asked_ = std::move(*asked);
  }

  /// True when no recipient is left to do: then the file is to be removed, which is the last mark.
  base::Result<bool> run(LocalDelivery& local, Remote& remote) {
    const auto& recipients = message_.envelope.recipients;
    for (const auto& recipient : recipients) open_ += recipient.status == spool::Status::todo ? 1 : 0;
    std::map<Destination, std::vector<std::size_t>> elsewhere;
    for (std::size_t i = 0; i < recipients.size(); ++i) {
      if (recipients[i].status != spool::Status::todo) continue;
      const auto domain = domain_of(recipients[i].address);
      if (domain.empty() || policy_.is_local_domain(domain)) {
        TRY(locally(i, local));
      } else if (const auto destination = policy_.destination_of(domain)) {
        elsewhere[*destination].push_back(i);
      } else {
        record(i, {Outcome::failed, "5.4.4", "no route to " + std::string(domain), {}});
      }
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
    for (const auto recipient : failed_) TRY(spool::Queue::mark(message_, recipient, spool::Status::fail));
    for (std::size_t i = 0; i < message_.envelope.recipients.size(); ++i) {
      if (message_.envelope.recipients[i].status == spool::Status::todo)
        TRY(spool::Queue::mark(message_, i, spool::Status::done));
    }
    return {};
  }

 private:
  base::Result<void> locally(std::size_t recipient, LocalDelivery& mailboxes) {
    const auto& address = message_.envelope.recipients[recipient].address;
    const auto local = std::string_view(address).substr(0, address.rfind('@'));
    Expansion who;
    std::optional<std::string> user;
    if (message_.envelope.expanded) {
      user = policy_.user_of(local);
    } else {
      who = policy_.expand(local, domain_of(address));
      if (who.size() == 1 && who.users.size() == 1) user = who.users[0];
    }
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
    TRY_ASSIGN(const auto attempt, mailboxes.deliver(message_, {*user, *account, address}));
    record(recipient, attempt);
    return {};
  }

  /// Whoever is behind an alias gets the message from the queue, each with a fate of its own.
  base::Result<void> forward() {
    std::vector<AliasRecipient> aliases;
    for (const auto& [recipient, who] : aliases_)
      aliases.push_back({message_.envelope.recipients[recipient].parameters, who});
    TRY(send_on(config_.spool, message_, aliases));
    for (const auto& [recipient, who] : aliases_)
      record(recipient, {Outcome::delivered, "2.1.5", "sent on to whom the alias names", {}});
    return {};
  }

  base::Result<void> remotely(const Destination& host, const std::vector<std::size_t>& places,
                              Remote& remote) {
    std::vector<spool::Recipient> addresses;
    for (const auto place : places) addresses.push_back(message_.envelope.recipients[place]);
    TRY_ASSIGN(const auto attempts, remote.deliver(host, message_, addresses));
    for (std::size_t i = 0; i < places.size(); ++i) record(places[i], attempts.at(i));
    return {};
  }

  void record(std::size_t recipient, Attempt attempt) {
    if (attempt.outcome == Outcome::deferred && expired_) {
      attempt.outcome = Outcome::failed;
      attempt.status = "4.4.7";
      attempt.reason = "given up after too long: " + attempt.reason;
    }
    const auto& address = message_.envelope.recipients[recipient].address;
    // Nobody is left who could be told: it stays until somebody looks, as nothing is dropped in silence.
    if (attempt.outcome == Outcome::failed && message_.envelope.sender.empty() && address == "postmaster") {
      attempt.outcome = Outcome::deferred;
      attempt.reason = "kept, as nobody else can be told: " + attempt.reason;
    }
    const char* event = attempt.outcome == Outcome::delivered ? "delivered"
                        : attempt.outcome == Outcome::failed  ? "failed"
                                                              : "deferred";
    const std::string_view host = attempt.host.empty() ? std::string_view("local") : attempt.host;
    const auto& id = message_.envelope.id;
    if (attempt.tls.empty()) {
      proc::log(id, event,
                {{"to", address}, {"status", attempt.status}, {"host", host}, {"reason", attempt.reason}});
    } else {
      proc::log(id, event,
                {{"to", address},
                 {"status", attempt.status},
                 {"host", host},
                 {"tls", attempt.tls},
                 {"reason", attempt.reason}});
    }
    --open_;
    if (attempt.outcome != Outcome::deferred) remember(recipient, attempt);
    if (attempt.outcome == Outcome::delivered) {
      if (open_ == 0 && deferred_ == 0 && reported_.empty()) return;
      const auto marked = spool::Queue::mark(message_, recipient, spool::Status::done);
      // The others must not wait for it, nor this one get a copy at every try: take_turn() sees to that.
      if (!marked) unmarked_ = marked;
      return;
    }
    if (attempt.outcome == Outcome::failed) {
      failed_.push_back(recipient);
    } else {
      ++deferred_;
    }
    // For a person; a disk too full for it must not keep the others from their mail.
    (void)spool::Queue::note(message_, std::to_string(now_seconds()) + " " + address + " " + event + " " +
                                           attempt.status + " " + attempt.reason);
  }

  /// For the report, where one is wanted (RFC 3461 section 4.1): of failures unless it is said otherwise, of
  /// success if it is asked for. Who is told of another host's success hears no more of it.
  void remember(std::size_t place, const Attempt& attempt) {
    const auto& recipient = message_.envelope.recipients[place];
    const auto asked = smtp::parse_rcpt_parameters(recipient.parameters);
    const auto notify = asked && asked->notify ? *asked->notify : smtp::Notify{false, false, true, true};
    const bool failed = attempt.outcome == Outcome::failed;
    const bool told = attempt.reports_passed_on || message_.envelope.sender.empty();
    if (failed ? !notify.failure : !notify.success || told) return;
    const auto action = failed                 ? mime::Action::failed
                        : attempt.host.empty() ? mime::Action::delivered
                                               : mime::Action::relayed;
    reported_.push_back({recipient.address, attempt.status,
                         failed || !attempt.host.empty() ? attempt.reason : "", attempt.host, action,
                         asked ? in_plain(asked->original) : ""});
  }

  /// An ORCPT as a report has it: its address without xtext (RFC 3464 section 2.3.1).
  static std::string in_plain(const std::string& original) {
    const auto semicolon = std::min(original.find(';'), original.size());
    const auto address =
        smtp::decode_xtext(std::string_view(original).substr(std::min(semicolon + 1, original.size())));
    return address ? original.substr(0, semicolon + 1) + *address : original;
  }

  /// The report is in the queue before the recipients are marked: a crash between the two sends it twice, not
  /// never. What a null sender's message fails with goes to the postmaster.
  base::Result<void> report() {
    if (!reported_.empty()) TRY(send_report());
    if (deferred_ == 0) return {};
    for (const auto recipient : failed_) TRY(spool::Queue::mark(message_, recipient, spool::Status::fail));
    return {};
  }

  base::Result<void> send_report() {
    const std::string to = message_.envelope.sender.empty() ? "postmaster" : message_.envelope.sender;
    const auto envelope_id = smtp::decode_xtext(asked_.envelope_id);
    mime::Report report{config_.hostname,     to,
                        message_.envelope.id, now_seconds(),
                        std::move(reported_), envelope_id ? *envelope_id : ""};
    report.full = asked_.return_full.value_or(false) &&
                  message_.envelope.length.value_or(UINT64_MAX) <= returned_message;
    TRY_ASSIGN(const auto original,
               spool::Queue::read(message_, 0, report.full ? returned_message : returned_header));
    TRY_ASSIGN(auto writer, spool::Writer::create(config_.spool, now_microseconds(), "", {to}));
    TRY(writer.write(mime::delivery_report(report, original)));
    TRY(writer.commit());
    proc::log(message_.envelope.id, "bounce", {{"to", to}, {"id", writer.id()}});
    spool::wake(config_.spool, writer.name());
    return {};
  }

  const DeliveryConfig& config_;
  const AccountPolicy& policy_;
  spool::Message& message_;
  bool expired_;
  std::size_t open_ = 0;
  std::size_t deferred_ = 0;
  smtp::MailParameters asked_;
  std::vector<mime::ReportedRecipient> reported_;
  std::vector<std::size_t> failed_;
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

}  // namespace

base::Result<void> take_turn(const DeliveryConfig& config, const AccountPolicy& policy,
                             const spool::Queue& queue, const spool::Entry& entry, const Hands& hands) {
  auto message = queue.open(entry);
  if (!message && message.error().code == base::Exit::data)
    return leave_alone(queue, entry, message.error().what);
  if (!message && message.error().code == base::Exit::no_input) return {};
  if (!message) return message.error();
  // Whole, but its writer has not said so to anyone yet: it may still fail, and the sender send it again.
  if (spool::Queue::is_being_written(*message)) return {};
  TRY(spool::Queue::claim(*message));
  const auto now = now_seconds();
  const auto due = spool::next_due(message->envelope.received, now, config.retry, config.lifetime);
  Delivery delivery(config, policy, *message, !due);
  const auto finished = delivery.run(hands.local, hands.remote);
  if (finished && *finished) {
    const auto removed = queue.remove(entry);
    if (removed && hands.late_close != nullptr) hands.late_close->take(std::move(message->file));
    if (removed || delivery.mark_all()) return removed;
    TRY(queue.defer(entry, now + day));
    return removed;
  }
  const auto trouble = finished ? delivery.unmarked() : base::Result<void>(finished.error());
  if (!trouble) proc::log(entry.id, "trouble", {{"reason", trouble.error().what}});
  const auto later = !delivery.unmarked() ? now + day
                     : !trouble           ? now + std::min(config.retry, after_trouble)
                                          : due.value_or(now + day);
  TRY(queue.defer(entry, later));
  return {};
}

}  // namespace serve

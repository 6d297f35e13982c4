#include "serve/delivery.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "proc/log.hpp"
#include "proc/orphan.hpp"
#include "serve/clock.hpp"
#include "serve/delivery_round.hpp"
#include "serve/delivery_times.hpp"
#include "smtp/path.hpp"
#include "spool/grip.hpp"

namespace serve {

namespace {

constexpr std::uint64_t after_trouble = 300;  // seconds, before this host tries again what it could not do
constexpr std::uint64_t day = 86'400;

/// A message to one user alone may wait for the disk with others of the batch. True: it does.
bool prepare(const AccountPolicy& policy, const spool::Message& message, LocalDelivery& mailboxes) {
  const auto& recipients = message.envelope.recipients;
  if (recipients.size() != 1 || recipients[0].status != spool::Status::todo) return false;
  // What is wanted in time or not at all may be too late.
  if (message.envelope.parameters.find("BY=") != std::string::npos) return false;
  const auto& address = recipients[0].address;
  const auto domain = smtp::domain_of(address);
  if (!domain.empty() && !policy.is_local_domain(domain)) return false;
  if (message.envelope.expanded && policy.find_place(address) != nullptr) return false;
  const auto user = whom(policy, message.envelope, address).user;
  const auto* account = user ? policy.account_of(*user) : nullptr;
  return account != nullptr && mailboxes.prepare(message, {*user, *account, address, &policy});
}

/// One whose writer died goes after an hour; anything else is a person's: Exit::data.
base::Result<void> leave_alone(const spool::Queue& queue, const spool::Entry& entry,
                               const std::string& reason) {
  if (entry.due + unfinished_for < now_seconds()) {
    TRY_ASSIGN(const bool reaped, queue.reap(entry));
    if (reaped) {
      proc::log(entry.id, "reaped", {{"reason", "never finished, never acknowledged"}});
      return {};
    }
  }
  return base::fail(base::Exit::data, reason);
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
    // A file that is still being written says nothing.
    if (queue.is_being_written(entry, now_microseconds())) return std::nullopt;
    // It may have become whole since.
    message = queue.open(entry);
  }
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

base::Result<void> remove(const spool::Queue& queue, Turn& turn, Round& round, const Hands& hands) {
  const auto removed = queue.remove(turn.entry);
  if (removed) turn.grip->let_go();
  if (removed && hands.late_close != nullptr)
    hands.late_close->take(std::move(turn.message.file), turn.message.envelope.length.value_or(0));
  if (removed || round.mark_all()) return removed;
  TRY(queue.defer(turn.entry, now_seconds() + day));
  return removed;
}

base::Result<Lanes> finish(const DeliveryConfig& config, const AccountPolicy& policy,
                           const spool::Queue& queue, Turn& turn, const Hands& hands) {
  const auto now = now_seconds();
  const auto deadlines = deadlines_of(turn.message.envelope, config.lifetime, config.delay_warning);
  const auto due = spool::next_due(deadlines.begins, now, config.retry, deadlines.lifetime);
  Round round(config, policy, turn.message, deadlines, !due);
  const auto finished = round.run(hands);
  if (finished && *finished) {
    TRY(remove(queue, turn, round, hands));
    return Lanes();
  }
  const auto trouble = finished ? round.unmarked() : base::Result<void>(finished.error());
  if (!trouble) proc::log(turn.entry.id, "trouble", {{"reason", trouble.error().what}});
  const bool is_lane = hands.lane != nullptr && hands.lane->alone;
  const auto left = round.has_set_apart() ? Lanes() : is_lane ? hands.lane->behind : round.left();
  if (trouble && !left.empty()) return left;
  // The next runner is to have at once what this one's death has kept from its turn.
  if (trouble && round.has_skipped() && proc::is_end_due()) return Lanes();
  const auto regular = due.value_or(round.has_skipped() ? now : now + day);
  const auto later = !round.unmarked() ? now + day
                     : !trouble        ? now + std::min(config.retry, after_trouble)
                                       : in_time(regular, now, deadlines);
  TRY(queue.defer(turn.entry, later));
  return Lanes();
}

}  // namespace

base::Result<Lanes> take_turn(const DeliveryConfig& config, const AccountPolicy& policy,
                              const spool::Queue& queue, const spool::Entry& entry, const Hands& hands) {
  TRY_ASSIGN(auto turn, take_up(queue, entry));
  return turn ? finish(config, policy, queue, *turn, hands) : Lanes();
}

std::vector<base::Result<Lanes>> take_turns(const DeliveryConfig& config, const AccountPolicy& policy,
                                            const spool::Queue& queue,
                                            const std::vector<spool::Entry>& entries, const Hands& hands,
                                            const std::function<bool()>& is_over) {
  // Whoever has no turn in this line must not have it already; and one message waits for no other.
  const bool alone = (hands.lane != nullptr && hands.lane->alone) || entries.size() == 1;
  std::vector<base::Result<std::optional<Turn>>> turns;
  std::size_t together = 0;  // from the first on
  do {
    turns.push_back(take_up(queue, entries[together]));
  } while (!alone && turns.back() && *turns.back() &&
           prepare(policy, (*turns.back())->message, hands.local) && ++together < entries.size() &&
           !is_over());
  hands.local.settle();
  std::vector<base::Result<Lanes>> out;
  for (auto& turn : turns) {
    out.push_back(!turn   ? base::Result<Lanes>(turn.error())
                  : *turn ? finish(config, policy, queue, **turn, hands)
                          : base::Result<Lanes>(Lanes()));
  }
  return out;
}

}  // namespace serve

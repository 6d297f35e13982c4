// One message's turn: every recipient that is still to do is tried once, and what came of it is written down.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/account_policy.hpp"
#include "serve/delivery_lane.hpp"
#include "serve/late_close.hpp"
#include "serve/local_delivery.hpp"
#include "serve/remote_delivery.hpp"
#include "spool/queue.hpp"

namespace serve {

constexpr std::uint64_t unfinished_for = 3600;  // seconds, before what a dead writer has left goes

struct DeliveryConfig {
  std::string hostname;
  std::string spool;
  LocalMail local;
  std::uint64_t retry = 1800;           // seconds
  std::uint64_t lifetime = 432000;      // seconds
  std::uint64_t delay_warning = 14400;  // seconds until the sender is told of a delay; 0: never
  Patience timeout = 300'000;
  bool once = false;  // nobody takes up today what is queued meanwhile
};

/// Who does the work.
struct Hands {
  LocalDelivery& local;
  Remote& remote;
  LateClose* late_close = nullptr;  // nobody: files are closed where they were removed
  const Lane* lane = nullptr;       // none: everybody has his turn
};

/// Tries the message and then removes it, or gives it a new time; five minutes at most where this host itself
/// is in trouble (a disk that is full, no process to be had), a day where it cannot even write down who has
/// the message. What is damaged stays for a person, Exit::data; what a dead writer left unfinished goes after
/// an hour. On an error the message stays due. Lines in which others are to have their turns now: the message
/// has kept its name.
base::Result<Lanes> take_turn(const DeliveryConfig& config, const AccountPolicy& policy,
                              const spool::Queue& queue, const spool::Entry& entry, const Hands& hands);

/// The same for the first, and for those behind it that can wait for the disk together with it, as messages
/// to one user of this host can: one result for each that was taken up, which is at least one. `is_over`: no
/// more is to be taken up. There must be an entry.
std::vector<base::Result<Lanes>> take_turns(const DeliveryConfig& config, const AccountPolicy& policy,
                                            const spool::Queue& queue,
                                            const std::vector<spool::Entry>& entries, const Hands& hands,
                                            const std::function<bool()>& is_over);

}  // namespace serve

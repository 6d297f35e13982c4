// One message's turn: every recipient that is still to do is tried once, and what came of it is written down.
#pragma once

#include <string>

#include "base/result.hpp"
#include "serve/account_policy.hpp"
#include "serve/late_close.hpp"
#include "serve/local_delivery.hpp"
#include "serve/remote_delivery.hpp"
#include "spool/queue.hpp"

namespace serve {

struct DeliveryConfig {
  std::string hostname;
  std::string spool;
  LocalMail local;
  std::uint64_t retry = 1800;           // seconds
  std::uint64_t lifetime = 432000;      // seconds
  std::uint64_t delay_warning = 14400;  // seconds until the sender is told of a delay; 0: never
  int timeout = 300'000;                // milliseconds
};

/// Who does the work.
struct Hands {
  LocalDelivery& local;
  Remote& remote;
  const LateClose* late_close = nullptr;  // nobody: files are closed where they were removed
};

/// Tries the message and then removes it, or gives it a new time; five minutes at most where this host itself
/// is in trouble (a disk that is full, no process to be had), a day where it cannot even write down who has
/// the message. What is damaged stays for a person; what a dead writer left unfinished goes after an hour. On
/// an error the message stays due.
base::Result<void> take_turn(const DeliveryConfig& config, const AccountPolicy& policy,
                             const spool::Queue& queue, const spool::Entry& entry, const Hands& hands);

}  // namespace serve

// The queue runner: hands what is due to child processes, several at once, and waits for more.
#pragma once

#include "base/result.hpp"
#include "proc/become.hpp"
#include "serve/account_policy.hpp"
#include "serve/delivery.hpp"

namespace serve {

struct RunnerConfig {
  DeliveryConfig delivery;
  std::size_t deliveries = 20;                     // children at once
  std::optional<proc::Identity> remote_user = {};  // who talks to other hosts; nothing: who runs this
  Exchangers* domains = nullptr;                   // who finds the hosts of a domain; null: nobody
};

/// Tries every message that is due, once, or until SIGTERM or SIGINT ends what is on the wire. An error: not
/// every directory of the queue could be read.
base::Result<void> run_queue(const RunnerConfig& config, AccountFiles& accounts);

/// Goes on until SIGTERM or SIGINT, then ends what is on the wire: at once for a new message, else when one
/// is due, at the latest every minute. Accounts and routes that change count from the next message on.
base::Result<void> run_queue_for_ever(const RunnerConfig& config, AccountFiles& accounts);

}  // namespace serve

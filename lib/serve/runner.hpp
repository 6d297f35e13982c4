// The queue runner: hands what is due to child processes, several at once, and waits for more.
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "proc/become.hpp"
#include "serve/account_policy.hpp"
#include "serve/delivery.hpp"
#include "serve/exchangers.hpp"
#include "serve/lines.hpp"

namespace serve {

struct RunnerConfig {
  DeliveryConfig delivery;
  Places places = {};                              // how many children at once
  std::optional<proc::Identity> remote_user = {};  // who talks to other hosts; nothing: who runs this
  std::shared_ptr<Exchangers> domains = {};        // who finds the hosts of a domain; null: nobody
  LineLimits lines = {};
};

/// What the configuration says now; an error: it is wrong.
struct Setting {
  RunnerConfig config;
  AccountFiles accounts;
};
using Reload = std::function<base::Result<Setting>()>;

/// Tries every message that is due, once, or until SIGTERM or SIGINT ends what is on the wire. Nobody has
/// patience with a host in trouble: each message gets its turn. An error: not every directory of the queue
/// could be read; Exit::temporary: or something due was in another's hand, and may still be there.
base::Result<void> run_queue(Setting setting);

/// Goes on until SIGTERM or SIGINT, then ends what is on the wire: at once for a new message, else when one
/// is due. Accounts and routes that change count from the next message on; SIGHUP reads the rest of the
/// configuration again, of which the spool stays what it is.
base::Result<void> run_queue_for_ever(Setting setting, const Reload& reload);

}  // namespace serve

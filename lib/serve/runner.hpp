// The queue runner: what is due goes to its local users; what fails for good is returned to its sender.
#pragma once

#include <string>

#include "base/result.hpp"
#include "serve/smtp_server.hpp"

namespace serve {

struct RunnerConfig {
  std::string hostname;
  std::string spool;
  std::string local_deliver;  // path of the program
  std::string configuration;  // handed on as TUBEPOST_CONF; may be empty
  std::uint64_t retry = 1800;       // seconds
  std::uint64_t lifetime = 432000;  // seconds
};

/// Tries every message that is due, once.
base::Result<void> run_queue(const RunnerConfig& config, const AccountPolicy& policy);

/// Goes on until SIGTERM or SIGINT: at once for a new message, else when one is due, at the latest every minute.
base::Result<void> run_queue_for_ever(const RunnerConfig& config, const AccountPolicy& policy);

}  // namespace serve

// What a child of the runner does with a batch: mailboxes, connections to other hosts and what is known of
// them are kept from one batch to the next.
#pragma once

#include <optional>
#include <string>

#include "serve/late_close.hpp"
#include "serve/local_delivery.hpp"
#include "serve/remote_agent.hpp"
#include "serve/runner.hpp"
#include "serve/worker.hpp"

namespace serve {

class Delivering {
 public:
  /// All of it outlives this. What is known of other hosts is about their lines: a batch of another one
  /// closes the connections, and so do five minutes: a host that was dead may be back.
  Delivering(const RunnerConfig& config, const AccountPolicy& policy, LateClose& late_close);

  BatchReport deliver(const Batch& batch);

  /// Says QUIT on what is open.
  void rest() {
    remote_.reset();
    late_close_.rest();
  }

 private:
  const RunnerConfig& config_;
  const AccountPolicy& policy_;
  LateClose& late_close_;
  LocalDelivery local_;
  std::optional<RemoteAgent> remote_;
  std::uint64_t since_ = 0;  // seconds since 1970, when it was made
  std::string line_;         // of the last batch
};

}  // namespace serve

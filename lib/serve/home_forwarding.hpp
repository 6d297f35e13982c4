// A message that a user's instructions send on, back into the queue.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/account_policy.hpp"
#include "serve/letter.hpp"
#include "serve/local_report.hpp"
#include "spool/queue.hpp"

namespace serve {

struct ForwardingPlace {
  std::string spool;
  const AccountPolicy* policy = nullptr;  // null: the sender stays as it is
  std::string recipient = {};             // whose mail it is, as the message in the queue has it
};

/// Queues copies with `Delivered-To`, by which a loop is found, for all of them: one message for addresses,
/// one for those that aliases do not count for, one for other domains, where the sender is to be rewritten.
/// In the queue when it returns; the parts of what is there, also after an error, are added to `done`.
/// Failures are reported as the sender asked, success is not: that was here (RFC 3461 section 5.2.7.3).
base::Result<void> queue_forwards(const ForwardingPlace& place, const spool::Message& message,
                                  const Letter& letter, const std::vector<Forward>& forwards,
                                  std::vector<std::string>& done);

}  // namespace serve

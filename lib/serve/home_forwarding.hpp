// A message that a user's instructions send on, back into the queue.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/letter.hpp"
#include "serve/local_report.hpp"
#include "spool/queue.hpp"

namespace serve {

/// Queues copies with `Delivered-To`, by which a loop is found, for all of them: one message for addresses,
/// one for those that aliases do not count for. In the queue when it returns; the parts of what is there,
/// also after an error, are added to `done`. Failures are reported as the sender asked, success is not: that
/// was here (RFC 3461 section 5.2.7.3).
base::Result<void> queue_forwards(const std::string& spool, const spool::Message& message,
                                  const Letter& letter, const std::vector<Forward>& forwards,
                                  std::vector<std::string>& done);

}  // namespace serve

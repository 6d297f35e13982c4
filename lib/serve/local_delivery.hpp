// One message to one local user, by local-deliver.
#pragma once

#include <string>

#include "base/result.hpp"
#include "serve/attempt.hpp"
#include "spool/queue.hpp"

namespace serve {

struct LocalProgram {
  std::string path;
  std::string configuration;  // handed on as TUBEPOST_CONF; may be empty
};

/// Runs the program with the message on its stdin, and judges its exit status. An error is about this host, not about the
/// message.
base::Result<Attempt> deliver_locally(const LocalProgram& program, const spool::Message& message, const std::string& user,
                                      const std::string& address);

/// An exit status of local-deliver as an attempt.
Attempt judge_exit(int status);

}  // namespace serve

// One message to one local user.
#pragma once

#include <string>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "serve/attempt.hpp"
#include "spool/queue.hpp"

namespace serve {

struct LocalMail {
  std::string
      program;  // local-deliver or one with its interface; empty: the same work without starting a program
  std::string configuration;  // handed on to it as TUBEPOST_CONF; may be empty
  std::string hostname;
  std::string maildir;  // relative to the home directory
};

struct LocalRecipient {
  std::string user;
  const auth::Account& account;
  std::string address;
};

/// In a process of its own that has become the user, where this one is root. An error is about this host, not
/// about the message.
base::Result<Attempt> deliver_locally(const LocalMail& local, const spool::Message& message,
                                      const LocalRecipient& recipient);

/// An exit status of local-deliver as an attempt.
Attempt judge_exit(int status);

}  // namespace serve

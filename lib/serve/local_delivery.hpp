// Messages to local users.
#pragma once

#include <list>
#include <string>
#include <utility>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "serve/attempt.hpp"
#include "serve/user_agent.hpp"
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

class LocalDelivery {
 public:
  explicit LocalDelivery(LocalMail local) : local_(std::move(local)) {}

  /// In a process that has become the user, where this one is root: it stays for the next messages to the
  /// same user. An error is about this host, not about the message.
  base::Result<Attempt> deliver(const spool::Message& message, const LocalRecipient& recipient);

 private:
  base::Result<int> hand_over(const spool::Message& message, const LocalRecipient& recipient);

  /// Puts one that waits at the front; true: it has worked before.
  base::Result<bool> find_agent(const LocalRecipient& recipient);
  /// The one at the front, which leaves if it does not deliver.
  base::Result<int> ask_agent(const spool::Message& message, const LocalRecipient& recipient);

  LocalMail local_;
  std::list<std::pair<std::string, UserAgent>> agents_;  // by user, the last used one first
};

/// An exit status of local-deliver as an attempt.
Attempt judge_exit(int status);

}  // namespace serve

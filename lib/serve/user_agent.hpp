// Deliveries to one local user in a process of its own that has become the user: a fork without exec, and one
// for many messages. It gets each as an open file that it can read and no more.
#pragma once

#include <sys/types.h>

#include <string>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "fs/fd.hpp"
#include "serve/mailbox.hpp"
#include "spool/queue.hpp"

namespace serve {

class UserAgent {
 public:
  /// `maildir` and `hostname` as in MailboxTarget.
  static base::Result<UserAgent> start(const std::string& user, const auth::Account& account,
                                       const std::string& maildir, const std::string& hostname);
  UserAgent(UserAgent&& other) noexcept;
  UserAgent& operator=(UserAgent&&) = delete;

  /// Ends the process, which is waited for where nothing holds it.
  ~UserAgent();

  /// Whether the process lives and waits for a message: its user may have killed or stopped it, or made it
  /// say what nobody asked.
  bool waits() const;

  /// The exit status that local-deliver would have. An error: the process is gone or hangs, and what came of
  /// the message is not known.
  base::Result<int> deliver(const spool::Message& message, const std::string& recipient);

 private:
  UserAgent(pid_t pid, fs::Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  fs::Fd socket_;
};

/// The same work in this process.
int deliver_here(const std::string& user, const MailboxTarget& target, const spool::Message& message);

}  // namespace serve

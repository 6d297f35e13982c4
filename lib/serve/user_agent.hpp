// Deliveries to one local user in a process of its own that has become the user: a fork without exec, and one
// for many messages. It gets a short one as its text, or as a file of its own where the socket has too little
// room for that; a long one as an open file that it can read and no more. It can reach nothing but the
// Maildir.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/accounts.hpp"
#include "base/result.hpp"
#include "fs/fd.hpp"
#include "fs/packet.hpp"
#include "serve/letter.hpp"
#include "serve/local_report.hpp"
#include "serve/mailbox.hpp"

namespace serve {

class UserAgent {
 public:
  /// `hostname`: this host's, for the names of files.
  static base::Result<UserAgent> start(const std::string& user, const auth::Account& account,
                                       const MailboxRules& rules, const std::string& hostname);
  UserAgent(UserAgent&& other) noexcept;
  UserAgent& operator=(UserAgent&&) = delete;

  /// Ends the process, which is waited for where nothing holds it.
  ~UserAgent();

  /// Whether the process lives and waits for a message: its user may have killed or stopped it, or made it
  /// say what nobody asked.
  bool waits() const;

  /// What deliver_to_mailbox() says there. An error: the process is gone or hangs (Exit::temporary), and what
  /// came of the message is not known.
  base::Result<LocalReport> deliver(const Letter& letter);

  /// The same with a batch (serve/mailbox.hpp), without waiting for it; and what became of each, in this
  /// order: a reason, empty where it is on disk, or nothing where it has to go by itself, as nothing was
  /// done. More than the kernel's queue takes waits for the process.
  base::Result<void> hold(const Letter& letter);
  base::Result<std::vector<std::optional<std::string>>> settle();

 private:
  base::Result<fs::Packet> answer();
  base::Result<void> send(std::string_view text, int file);
  base::Result<void> send(const Letter& letter, std::string_view how);
  base::Result<void> send_as_file(Letter letter, std::string_view how);
  base::Error give_up();
  UserAgent(pid_t pid, fs::Fd socket) : pid_(pid), socket_(std::move(socket)) {}
  pid_t pid_;
  fs::Fd socket_;
};

}  // namespace serve

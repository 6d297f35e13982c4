#include "serve/local_delivery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/mailbox.hpp"

namespace serve {

namespace {

constexpr std::uint64_t piece_size = 256 * 1024;
constexpr unsigned time_limit = 1000;  // seconds, for a program that hangs

/// The same as local-deliver, from the open file; returns its exit status.
int deliver_here(const LocalMail& local, const spool::Message& message, const LocalRecipient& recipient) {
  std::uint64_t at = 0;
  const auto next = [&]() -> base::Result<std::string> {
    TRY_ASSIGN(auto piece, spool::Queue::read(message, at, piece_size));
    at += piece.size();
    return piece;
  };
  const auto done = deliver_to_mailbox(
      {recipient.account.home, local.maildir, local.hostname, message.envelope.sender, recipient.address},
      next);
  if (done) return 0;
  proc::log(message.envelope.id, "mailbox-trouble",
            {{"user", recipient.user}, {"reason", done.error().what}});
  return static_cast<int>(done.error().code);
}

/// A fork without exec: a third of the cost of starting a program.
base::Result<int> deliver_as_user(const LocalMail& local, const spool::Message& message,
                                  const LocalRecipient& recipient) {
  if (geteuid() != 0 || recipient.account.uid == 0) return deliver_here(local, message, recipient);
  const pid_t pid = fork();
  if (pid < 0) return base::system_error("fork");
  if (pid == 0) {
    // From here on the user may stop, trace and kill it: the runner's lock, above all, is not for it.
    proc::keep_only({message.file.get()});
    const auto became = become_account(recipient.account);
    _exit(became ? deliver_here(local, message, recipient) : static_cast<int>(became.error().code));
  }
  return proc::wait(pid, time_limit);
}

/// The message as a file of its own, without the envelope. Through a pipe, half of it would look whole to the
/// program if this process were killed.
base::Result<fs::Fd> copy_of(const spool::Message& message) {
  TRY_ASSIGN(auto copy, fs::temporary_file());
  TRY(spool::Queue::each_chunk(message,
                               [&](std::string_view chunk) { return fs::write_all(copy.get(), chunk); }));
  if (lseek(copy.get(), 0, SEEK_SET) != 0) return base::system_error("copy of a message");
  return copy;
}

base::Result<int> run_program(const LocalMail& local, const spool::Message& message,
                              const LocalRecipient& recipient) {
  TRY_ASSIGN(const auto copy, copy_of(message));
  proc::Child child = {{local.program, "--user=" + recipient.user},
                       {{copy.get(), 0}},
                       {{"SENDER", message.envelope.sender}, {"RECIPIENT", recipient.address}}};
  if (!local.configuration.empty()) child.variables.emplace_back("TUBEPOST_CONF", local.configuration);
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  return proc::wait(pid, time_limit);
}

}  // namespace

Attempt judge_exit(int status) {
  if (status == 0) return {Outcome::delivered, "2.0.0", "delivered", {}};
  switch (static_cast<base::Exit>(status)) {
    case base::Exit::no_user:
      return {Outcome::failed, "5.1.1", "no such user here", {}};
    case base::Exit::unavailable:
      return {Outcome::failed, "5.4.6", "the message is in a loop, or the program does not take it", {}};
    default:
      return {Outcome::deferred, "4.3.0", "delivery to the mailbox ended with " + std::to_string(status), {}};
  }
}

base::Result<Attempt> deliver_locally(const LocalMail& local, const spool::Message& message,
                                      const LocalRecipient& recipient) {
  TRY_ASSIGN(const int status, local.program.empty() ? deliver_as_user(local, message, recipient)
                                                     : run_program(local, message, recipient));
  return judge_exit(status);
}

}  // namespace serve

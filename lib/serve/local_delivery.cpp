#include "serve/local_delivery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

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
    alarm(time_limit);
    const auto became = become_account(recipient.account);
    _exit(became ? deliver_here(local, message, recipient) : static_cast<int>(became.error().code));
  }
  return proc::wait(pid);
}

base::Result<int> run_program(const LocalMail& local, const spool::Message& message,
                              const LocalRecipient& recipient) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
  fs::Fd reading(ends[0]);
  fs::Fd writing(ends[1]);
  proc::Child child = {{local.program, "--user=" + recipient.user},
                       {{reading.get(), 0}},
                       {{"SENDER", message.envelope.sender}, {"RECIPIENT", recipient.address}},
                       time_limit};
  if (!local.configuration.empty()) child.variables.emplace_back("TUBEPOST_CONF", local.configuration);
  TRY_ASSIGN(const pid_t pid, proc::start(child));
  reading.reset();
  bool refused = false;
  const auto sent = spool::Queue::each_chunk(message, [&](std::string_view chunk) -> base::Result<void> {
    // A child that reads no further says why by its exit status.
    refused = refused || !fs::write_all(writing.get(), chunk);
    return {};
  });
  // It must not take for whole what could not be read to its end.
  if (!sent) kill(pid, SIGKILL);
  writing.reset();
  TRY_ASSIGN(const int status, proc::wait(pid));
  TRY(sent);
  return status;
}

}  // namespace

Attempt judge_exit(int status) {
  if (status == 0) return {Outcome::delivered, "2.0.0", "delivered", {}};
  switch (static_cast<base::Exit>(status)) {
    case base::Exit::no_user:
      return {Outcome::failed, "5.1.1", "no such user here", {}};
    case base::Exit::unavailable:
      return {Outcome::failed, "5.4.6", "the message is in a loop", {}};
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

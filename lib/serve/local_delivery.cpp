#include "serve/local_delivery.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "fs/stream.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"

namespace serve {

namespace {

constexpr std::size_t most_agents = 8;
constexpr unsigned time_limit = 1000;  // seconds, for a program that hangs

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

/// Where one dies at it, the message is tried again later, as nobody knows how far it came. One that could
/// not deliver is asked no more: it is confined to a Maildir that may not be there any longer.
base::Result<int> LocalDelivery::hand_over(const spool::Message& message, const LocalRecipient& recipient) {
  const auto& account = recipient.account;
  if (geteuid() != 0 || account.uid == 0)
    return deliver_here(
        recipient.user,
        {account.home, local_.maildir, local_.hostname, message.envelope.sender, recipient.address}, message);
  TRY_ASSIGN(const bool old, find_agent(recipient));
  auto status = ask_agent(message, recipient);
  // What it could not do was not done.
  if (old && status && *status != 0) {
    TRY(find_agent(recipient));
    status = ask_agent(message, recipient);
  }
  return status ? *status : static_cast<int>(base::Exit::temporary);
}

base::Result<bool> LocalDelivery::find_agent(const LocalRecipient& recipient) {
  const auto known = std::find_if(agents_.begin(), agents_.end(),
                                  [&](const auto& agent) { return agent.first == recipient.user; });
  if (known != agents_.end() && known->second.waits()) {
    agents_.splice(agents_.begin(), agents_, known);
    return true;
  }
  if (known != agents_.end()) {
    agents_.erase(known);
  } else if (agents_.size() == most_agents) {
    agents_.pop_back();
  }
  TRY_ASSIGN(auto agent,
             UserAgent::start(recipient.user, recipient.account, local_.maildir, local_.hostname));
  agents_.emplace_front(recipient.user, std::move(agent));
  return false;
}

base::Result<int> LocalDelivery::ask_agent(const spool::Message& message, const LocalRecipient& recipient) {
  auto status = agents_.front().second.deliver(message, recipient.address);
  if (!status)
    proc::log(message.envelope.id, "trouble", {{"user", recipient.user}, {"reason", status.error().what}});
  if (!status || *status != 0) agents_.pop_front();
  return status;
}

base::Result<Attempt> LocalDelivery::deliver(const spool::Message& message, const LocalRecipient& recipient) {
  TRY_ASSIGN(const int status, local_.program.empty() ? hand_over(message, recipient)
                                                      : run_program(local_, message, recipient));
  return judge_exit(status);
}

}  // namespace serve

#include "serve/runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "mime/report.hpp"
#include "proc/child.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "spool/queue.hpp"
#include "spool/writer.hpp"

namespace serve {

namespace {

constexpr std::uint64_t sweep = 60;  // seconds between looks at the names when nothing calls

enum class Outcome { delivered, deferred, failed };

struct Attempt {
  Outcome outcome = Outcome::deferred;
  std::string status;  // RFC 3463
  std::string reason;
};

Attempt judge(int exit_status) {
  if (exit_status == 0) return {Outcome::delivered, "2.0.0", "delivered"};
  const std::string reason = "local-deliver ended with " + std::to_string(exit_status);
  switch (static_cast<base::Exit>(exit_status)) {
    case base::Exit::no_user: return {Outcome::failed, "5.1.1", "no such user here"};
    case base::Exit::unavailable: return {Outcome::failed, "5.4.6", "the message is in a loop"};
    default: return {Outcome::deferred, "4.3.0", reason};
  }
}

class Delivery {
 public:
  Delivery(const RunnerConfig& config, const AccountPolicy& policy, spool::Message& message)
      : config_(config), policy_(policy), message_(message) {}

  /// True when no recipient is left to do.
  base::Result<bool> run(bool expired) {
    TRY_ASSIGN(const auto text, spool::Queue::read(message_));
    bool finished = true;
    for (std::size_t i = 0; i < message_.envelope.recipients.size(); ++i) {
      if (message_.envelope.recipients[i].status != spool::Status::todo) continue;
      TRY_ASSIGN(Attempt attempt, try_recipient(message_.envelope.recipients[i].address, text));
      if (attempt.outcome == Outcome::deferred && expired) {
        attempt = {Outcome::failed, "4.4.7", "given up after too long: " + attempt.reason};
      }
      TRY(record(i, attempt));
      finished = finished && attempt.outcome != Outcome::deferred;
    }
    TRY(return_failures(text));
    return finished;
  }

 private:
  base::Result<Attempt> try_recipient(const std::string& address, const std::string& text) {
    const auto at = address.rfind('@');
    if (at != std::string::npos && !policy_.is_local_domain(std::string_view(address).substr(at + 1))) {
      return Attempt{Outcome::deferred, "4.4.4", "no route to other hosts"};
    }
    const auto user = policy_.user_of(std::string_view(address).substr(0, at));
    if (!user) return Attempt{Outcome::failed, "5.1.1", "no such user here"};
    TRY_ASSIGN(const int status, deliver(*user, address, text));
    return judge(status);
  }

  base::Result<int> deliver(const std::string& user, const std::string& address, const std::string& text) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return base::system_error("pipe");
    fs::Fd reading(ends[0]);
    fs::Fd writing(ends[1]);
    proc::Child child = {{config_.local_deliver, "--user=" + user},
                         {{reading.get(), 0}},
                         {{"SENDER", message_.envelope.sender}, {"RECIPIENT", address}}};
    if (!config_.configuration.empty()) child.variables.emplace_back("TUBEPOST_CONF", config_.configuration);
    TRY_ASSIGN(const pid_t pid, proc::start(child));
    reading.reset();
    // A child that reads no further says why by its exit status.
    (void)fs::write_all(writing.get(), text);
    writing.reset();
    return proc::wait(pid);
  }

  base::Result<void> record(std::size_t recipient, const Attempt& attempt) {
    const auto& address = message_.envelope.recipients[recipient].address;
    const char* event = attempt.outcome == Outcome::delivered ? "delivered"
                        : attempt.outcome == Outcome::failed  ? "failed"
                                                              : "deferred";
    proc::log(message_.envelope.id, event, {{"to", address}, {"status", attempt.status}, {"reason", attempt.reason}});
    if (attempt.outcome == Outcome::delivered) return spool::Queue::mark(message_, recipient, spool::Status::done);
    if (attempt.outcome == Outcome::failed) {
      failures_.push_back({address, attempt.status, attempt.reason});
      failed_recipients_.push_back(recipient);
    }
    return spool::Queue::note(message_, std::to_string(now_seconds()) + " " + address + " " + event + " " +
                                            attempt.status + " " + attempt.reason);
  }

  /// The report is in the queue before the recipients are marked: a crash between the two sends it twice, not never.
  /// What a null sender's message fails with goes to the postmaster; there it ends.
  base::Result<void> return_failures(const std::string& text) {
    if (failures_.empty()) return {};
    const bool bounce = message_.envelope.sender.empty();
    const std::string to = bounce ? "postmaster" : message_.envelope.sender;
    const bool to_itself = bounce && failures_[0].address == "postmaster";
    if (!to_itself) {
      TRY_ASSIGN(auto writer, spool::Writer::create(config_.spool, now_microseconds(), "", {to}));
      TRY(writer.write(mime::failure_report({config_.hostname, to, message_.envelope.id, now_seconds(), failures_}, text)));
      TRY(writer.commit());
      proc::log(message_.envelope.id, "bounce", {{"to", to}, {"id", writer.id()}});
    }
    for (const auto recipient : failed_recipients_) TRY(spool::Queue::mark(message_, recipient, spool::Status::fail));
    return {};
  }

  const RunnerConfig& config_;
  const AccountPolicy& policy_;
  spool::Message& message_;
  std::vector<mime::FailedRecipient> failures_;
  std::vector<std::size_t> failed_recipients_;
};

/// One message's turn. What is incomplete or damaged stays where it is, for `spool check` and a person.
base::Result<void> take_turn(const RunnerConfig& config, const AccountPolicy& policy, const spool::Queue& queue,
                             const spool::Entry& entry) {
  auto message = queue.open(entry);
  if (!message) {
    if (message.error().code == base::Exit::data) proc::log(entry.id, "unreadable", {{"reason", message.error().what}});
    if (message.error().code == base::Exit::data || message.error().code == base::Exit::no_input) return {};
    return message.error();
  }
  const auto now = now_seconds();
  const auto due = spool::next_due(message->envelope.received, now, config.retry, config.lifetime);
  TRY_ASSIGN(const bool finished, Delivery(config, policy, *message).run(!due));
  if (finished) return queue.remove(entry);
  TRY(queue.defer(entry, due.value_or(now + config.retry)));
  return {};
}

/// Returns the time at which the next message is due.
base::Result<std::uint64_t> turn(const RunnerConfig& config, const AccountPolicy& policy) {
  const spool::Queue queue(config.spool);
  TRY_ASSIGN(const auto entries, queue.scan());
  const auto now = now_seconds();
  for (const auto& entry : entries) {
    if (entry.due > now) return entry.due;
    if (const auto done = take_turn(config, policy, queue, entry); !done) {
      proc::log(entry.id, "trouble", {{"reason", done.error().what}});
    }
  }
  return now + sweep;
}

base::Result<fs::Fd> listen_for_wakes(const std::string& spool) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = spool + "/wake";
  if (path.size() >= sizeof address.sun_path) return base::fail(base::Exit::configuration, path + ": path too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  unlink(path.c_str());
  fs::Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket || bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return base::system_error(path);
  }
  return socket;
}

base::Result<fs::Fd> catch_end() {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigaddset(&mask, SIGINT);
  if (sigprocmask(SIG_BLOCK, &mask, nullptr) != 0) return base::system_error("block signals");
  return fs::Fd(signalfd(-1, &mask, SFD_CLOEXEC));
}

}  // namespace

base::Result<void> run_queue(const RunnerConfig& config, const AccountPolicy& policy) {
  TRY(turn(config, policy));
  return {};
}

base::Result<void> run_queue_for_ever(const RunnerConfig& config, const AccountPolicy& policy) {
  TRY_ASSIGN(const auto wakes, listen_for_wakes(config.spool));
  TRY_ASSIGN(const auto end, catch_end());
  while (true) {
    TRY_ASSIGN(const auto next, turn(config, policy));
    const auto now = now_seconds();
    const auto seconds = std::min(next > now ? next - now : 1, sweep);
    pollfd waiting[] = {{wakes.get(), POLLIN, 0}, {end.get(), POLLIN, 0}};
    (void)poll(waiting, 2, static_cast<int>(seconds * 1000));
    if (waiting[1].revents != 0) return {};
    char id[64];
    while (recv(wakes.get(), id, sizeof id, 0) >= 0) {
    }
  }
}

}  // namespace serve

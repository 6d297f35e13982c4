#include "serve/runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <map>
#include <set>

#include "proc/log.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::uint64_t sweep = 60;      // seconds between looks at the names when nothing calls
constexpr std::size_t batch_limit = 50;  // messages that one child gets
constexpr std::size_t local_batch = 8;   // small, so that local mail is spread over the children

/// Messages that one child delivers one after the other: all local, or all to one destination, so that they
/// share its connection.
struct Batch {
  std::string destination;  // empty: local
  std::vector<spool::Entry> entries;
};

class Runner {
 public:
  Runner(const RunnerConfig& config, const AccountPolicy& policy)
      : config_(config), policy_(policy), queue_(config.delivery.spool) {}

  /// Looks at every name; what is due waits for a child from now on.
  base::Result<void> look() {
    TRY_ASSIGN(const auto entries, queue_.scan());
    const auto now = now_seconds();
    next_look_ = now + std::min(sweep, config_.delivery.retry);
    for (const auto& entry : entries) {
      if (entry.due > now) {
        next_look_ = std::min(next_look_, entry.due);
        break;
      }
      add(entry);
    }
    return {};
  }

  void add(const spool::Entry& entry) {
    if (!known_.insert(entry.id).second) return;
    const std::string destination =
        policy_.is_local_domain(entry.destination) || entry.destination == "local" ? "" : entry.destination;
    // Behind the last batch for this place that has room.
    const auto limit = destination.empty() ? local_batch : batch_limit;
    const auto open = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                   [&](const Batch& batch) { return batch.destination == destination; });
    if (open != waiting_.rend() && open->entries.size() < limit) {
      open->entries.push_back(entry);
    } else {
      waiting_.push_back({destination, {entry}});
    }
  }

  /// One child a remote destination at a time: the next takes over when it ends.
  base::Result<void> start_children() {
    for (auto batch = waiting_.begin(); batch != waiting_.end() && children_.size() < config_.deliveries;) {
      if (!batch->destination.empty() && busy_.contains(batch->destination)) {
        ++batch;
        continue;
      }
      if (const auto started = start(*batch); !started) {
        // No process to be had now: the next child that ends makes room.
        return children_.empty() ? started : base::Result<void>();
      }
      batch = waiting_.erase(batch);
    }
    return {};
  }

  void reap_children() {
    for (pid_t pid = 0; (pid = waitpid(-1, nullptr, WNOHANG)) > 0;) forget(pid);
  }

  void wait_for_child() {
    int status = 0;
    if (const pid_t pid = waitpid(-1, &status, 0); pid > 0) forget(pid);
  }

  bool idle() const { return children_.empty() && waiting_.empty(); }
  bool has_children() const { return !children_.empty(); }
  std::uint64_t next_look() const { return next_look_; }
  const spool::Queue& queue() const { return queue_; }

 private:
  base::Result<void> start(const Batch& batch) {
    const pid_t pid = fork();
    if (pid < 0) return base::system_error("fork");
    if (pid == 0) _exit(deliver(batch));
    if (!batch.destination.empty()) busy_.insert(batch.destination);
    children_.emplace(pid, batch);
    return {};
  }

  /// In the child. Signals for the runner are not for it: what is on the wire is brought to its end.
  int deliver(const Batch& batch) const {
    RemoteHosts hosts(config_.delivery.hostname, config_.delivery.timeout);
    for (const auto& entry : batch.entries) {
      const auto done = take_turn(config_.delivery, policy_, queue_, entry, hosts);
      if (!done) proc::log(entry.id, "trouble", {{"reason", done.error().what}});
    }
    return 0;
  }

  void forget(pid_t pid) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return;
    for (const auto& entry : found->second.entries) known_.erase(entry.id);
    busy_.erase(found->second.destination);
    children_.erase(found);
  }

  const RunnerConfig& config_;
  const AccountPolicy& policy_;
  spool::Queue queue_;
  std::deque<Batch> waiting_;
  std::set<std::string> known_;  // ids that wait or are with a child
  std::set<std::string> busy_;   // remote destinations that have a child
  std::map<pid_t, Batch> children_;
  std::uint64_t next_look_ = 0;
};

/// A named pipe: it holds a thousand names where a datagram socket holds ten (net.unix.max_dgram_qlen).
base::Result<fs::Fd> listen_for_wakes(const std::string& spool) {
  const std::string path = spool + "/wake";
  unlink(path.c_str());
  if (mkfifo(path.c_str(), 0600) != 0) return base::system_error(path);
  // Whoever may pass the spool's directory may knock; a word that is no name of a file is ignored.
  if (chmod(path.c_str(), 0622) != 0) return base::system_error(path);
  // With a writer of its own it never comes to an end.
  return fs::open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW);
}

base::Result<fs::Fd> catch_signals() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&mask, number);
  if (sigprocmask(SIG_BLOCK, &mask, nullptr) != 0) return base::system_error("block signals");
  fs::Fd out(signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!out) return base::system_error("signalfd");
  return out;
}

bool told_to_end(int signals) {
  bool end = false;
  signalfd_siginfo info = {};
  while (read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    end = end || info.ssi_signo != SIGCHLD;
  return end;
}

/// Names of new messages, one a line; one that is cut short or forged names no file.
class Wakes {
 public:
  explicit Wakes(int pipe) : pipe_(pipe) {}

  /// False: so many came that some may have found the pipe full, and only a look at all names tells.
  bool hear(Runner& runner) {
    std::size_t heard = 0;
    char chunk[4096];
    ssize_t got = 0;
    while ((got = read(pipe_, chunk, sizeof chunk)) > 0) {
      heard += static_cast<std::size_t>(got);
      text_.append(chunk, static_cast<std::size_t>(got));
      for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
        const auto entry = runner.queue().find(std::string_view(text_).substr(0, end));
        if (entry && entry->due <= now_seconds()) runner.add(*entry);
        text_.erase(0, end + 1);
      }
      if (text_.size() > sizeof chunk) text_.clear();
      if (heard > most) break;
    }
    return heard < most;
  }

 private:
  static constexpr std::size_t most = 32 * 1024;  // half of what a pipe holds
  int pipe_;
  std::string text_;
};

}  // namespace

base::Result<void> run_queue(const RunnerConfig& config, const AccountPolicy& policy) {
  Runner runner(config, policy);
  TRY(runner.look());
  while (!runner.idle()) {
    TRY(runner.start_children());
    runner.wait_for_child();
  }
  return {};
}

base::Result<void> run_queue_for_ever(const RunnerConfig& config, const AccountPolicy& policy) {
  TRY_ASSIGN(const auto pipe, listen_for_wakes(config.delivery.spool));
  Wakes wakes(pipe.get());
  TRY_ASSIGN(const auto signals, catch_signals());
  Runner runner(config, policy);
  TRY(runner.look());
  while (true) {
    TRY(runner.start_children());
    const auto now = now_seconds();
    const auto seconds = runner.next_look() > now ? runner.next_look() - now : 0;
    pollfd waiting[] = {{pipe.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
    (void)poll(waiting, 2, static_cast<int>(seconds * 1000));
    if (told_to_end(signals.get())) break;
    runner.reap_children();
    if (!wakes.hear(runner) || now_seconds() >= runner.next_look()) TRY(runner.look());
  }
  while (runner.has_children()) runner.wait_for_child();
  return {};
}

}  // namespace serve

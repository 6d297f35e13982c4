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
  Runner(const RunnerConfig& config, AccountFiles& accounts)
      : config_(config), accounts_(accounts), queue_(config.delivery.spool) {}

  /// Looks at every name; what is due waits for a child from now on. Says what could not be looked at.
  base::Result<void> look() {
    std::vector<base::Error> trouble;
    const auto entries = queue_.scan_what_can_be_read(trouble);
    const auto now = now_seconds();
    next_look_ = now + std::min(sweep, config_.delivery.retry);
    for (const auto& entry : entries) {
      if (entry.due > now) {
        next_look_ = std::min(next_look_, entry.due);
        break;
      }
      add(entry);
    }
    for (const auto& one : trouble) proc::log("-", "trouble", {{"reason", one.what}});
    if (!trouble.empty()) return trouble[0];
    return {};
  }

  /// A writer says that the message is safe. The child that has it already may have come too early.
  void on_wake(const spool::Entry& entry) {
    if (known_.contains(entry.id)) {
      again_.insert_or_assign(entry.id, entry);
    } else {
      add(entry);
    }
  }

  /// One child a remote destination at a time: the next takes over when it ends. An error: no child runs, and
  /// no process is to be had.
  base::Result<void> start_children() {
    accounts_.refresh();
    while (!ready_.empty() && children_.size() < config_.deliveries) {
      const auto destination = ready_.front();
      const auto line = waiting_.find(destination);
      const auto count = std::min(line->second.size(), destination.empty() ? local_batch : batch_limit);
      const auto last = line->second.begin() + static_cast<std::ptrdiff_t>(count);
      const auto started = start({destination, {line->second.begin(), last}});
      if (!started && children_.empty()) return started;
      if (!started) return {};
      ready_.pop_front();
      line->second.erase(line->second.begin(), last);
      if (line->second.empty()) {
        waiting_.erase(line);
      } else if (destination.empty()) {
        ready_.push_back(destination);
      }
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
  void add(const spool::Entry& entry) {
    if (!known_.insert(entry.id).second) return;
    const auto& policy = accounts_.policy();
    const bool local = entry.destination == "local" || policy.is_local_domain(entry.destination);
    const std::string destination = local ? "" : entry.destination;
    auto& line = waiting_[destination];
    line.push_back(entry);
    if (line.size() == 1 && !busy_.contains(destination)) ready_.push_back(destination);
  }

  base::Result<void> start(const Batch& batch) {
    const pid_t pid = fork();
    if (pid < 0) return base::system_error("fork");
    if (pid == 0) _exit(deliver(batch));
    if (!batch.destination.empty()) busy_.insert(batch.destination);
    children_.emplace(pid, batch);
    return {};
  }

  /// In the child. Signals for the runner are not for it: what is on the wire is brought to its end. An
  /// exception ends it here: unwinding would run the parent's work twice.
  int deliver(const Batch& batch) const noexcept {
    RemoteHosts hosts(config_.delivery.hostname, config_.delivery.timeout);
    for (const auto& entry : batch.entries) {
      const auto done = take_turn(config_.delivery, accounts_.policy(), queue_, entry, hosts);
      if (!done) proc::log(entry.id, "trouble", {{"reason", done.error().what}});
    }
    return 0;
  }

  void forget(pid_t pid) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return;
    const Batch batch = std::move(found->second);
    children_.erase(found);
    if (busy_.erase(batch.destination) > 0 && waiting_.contains(batch.destination))
      ready_.push_back(batch.destination);
    for (const auto& entry : batch.entries) {
      known_.erase(entry.id);
      const auto called = again_.extract(entry.id);
      if (called && queue_.find(spool::file_name(called.mapped()))) add(called.mapped());
    }
  }

  const RunnerConfig& config_;
  AccountFiles& accounts_;
  spool::Queue queue_;
  std::map<std::string, std::deque<spool::Entry>> waiting_;  // by destination; none is empty
  std::deque<std::string> ready_;                            // those of which a child may start
  std::set<std::string> known_;                              // ids that wait or are with a child
  std::map<std::string, spool::Entry> again_;                // of these, the ones a wake came for
  std::set<std::string> busy_;                               // remote destinations that have a child
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
        if (entry && entry->due <= now_seconds()) runner.on_wake(*entry);
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

base::Result<void> run_queue(const RunnerConfig& config, AccountFiles& accounts) {
  Runner runner(config, accounts);
  const auto looked = runner.look();
  while (!runner.idle()) {
    TRY(runner.start_children());
    runner.wait_for_child();
  }
  return looked;
}

base::Result<void> run_queue_for_ever(const RunnerConfig& config, AccountFiles& accounts) {
  TRY_ASSIGN(const auto pipe, listen_for_wakes(config.delivery.spool));
  Wakes wakes(pipe.get());
  TRY_ASSIGN(const auto signals, catch_signals());
  Runner runner(config, accounts);
  TRY(runner.look());
  while (true) {
    if (const auto started = runner.start_children(); !started)
      proc::log("-", "trouble", {{"reason", started.error().what}});
    const auto now = now_seconds();
    const auto seconds = runner.next_look() > now ? runner.next_look() - now : 0;
    pollfd waiting[] = {{pipe.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
    (void)poll(waiting, 2, static_cast<int>(seconds * 1000));
    if (told_to_end(signals.get())) break;
    runner.reap_children();
    // What cannot be looked at now is in the log, and looked at again.
    if (!wakes.hear(runner) || now_seconds() >= runner.next_look()) (void)runner.look();
  }
  while (runner.has_children()) runner.wait_for_child();
  return {};
}

}  // namespace serve

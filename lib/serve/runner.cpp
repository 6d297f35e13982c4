#include "serve/runner.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <deque>
#include <map>
#include <set>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/remote_agent.hpp"
#include "serve/worker.hpp"
#include "spool/selection.hpp"

namespace serve {

namespace {

constexpr std::uint64_t sweep = 60;                  // seconds between looks at the names when nothing calls
constexpr std::size_t batch_limit = 50;              // messages that one child gets
constexpr std::size_t local_batch = 8;               // small, so that local mail is spread over the children
constexpr std::uint64_t longest_wait = 86'400 + 60;  // seconds; a due time beyond it is a wrong clock's
constexpr std::uint64_t after_failure =
    3600;  // seconds, before what a child could not put aside is tried again

class Runner {
 public:
  Runner(const RunnerConfig& config, AccountFiles& accounts, LateClose late_close)
      : config_(config),
        accounts_(accounts),
        late_close_(std::move(late_close)),
        queue_(config.delivery.spool) {}

  /// Looks at every name; what is due waits for a child from now on. Says what could not be looked at.
  base::Result<void> look() {
    std::vector<base::Error> trouble;
    const auto entries = queue_.scan_what_can_be_read(trouble);
    retire([](const Child& child) { return !child.used; });
    for (auto& [pid, child] : children_) child.used = child.batch.has_value();
    const auto now = now_seconds();
    next_look_ = now + std::min(sweep, config_.delivery.retry);
    std::erase_if(held_, [&](const auto& held) { return held.second <= now; });
    for (const auto& entry : entries) {
      if (entry.due == spool::held_due) continue;
      if (entry.due <= now || entry.due > now + longest_wait) {
        add(entry);
      } else {
        next_look_ = std::min(next_look_, entry.due);
      }
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

  /// One child a remote host at a time: the next takes over when it ends. Some of them are for local mail
  /// alone, whatever hangs outside. An error: no child runs, and no process is to be had.
  base::Result<void> start_children() {
    accounts_.refresh();
    retire([&](const Child& child) { return child.generation != accounts_.generation(); });
    for (auto& line : ready_) {
      const bool local = &line == &ready_[0];
      const auto most = local || config_.deliveries == 1 ? config_.deliveries
                                                         : config_.deliveries - (config_.deliveries + 3) / 4;
      while (!line.empty() && (local ? at_work_ : busy_.size()) < most && at_work_ < config_.deliveries) {
        const auto started = start_next(line);
        if (!started && at_work_ == 0) return started;
        if (!started) return {};
      }
    }
    return {};
  }

  /// Where the children say that they are done; what is behind them is not touched.
  void add_sockets(std::vector<pollfd>& waiting) const {
    for (const auto& [pid, child] : children_) {
      if (child.batch) waiting.push_back({child.worker.socket(), POLLIN, 0});
    }
  }

  void hear_children(const std::vector<pollfd>& waiting) {
    for (auto& [pid, child] : children_) {
      const auto socket = child.worker.socket();
      const bool ready = std::any_of(waiting.begin(), waiting.end(),
                                     [&](const pollfd& one) { return one.fd == socket && one.revents != 0; });
      // One that has died is heard of by its signal.
      if (const auto left = ready && child.batch ? child.worker.result() : std::nullopt)
        finish(child, *left != 0, std::nullopt);
    }
  }

  void reap_children() {
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) forget(pid, status);
  }

  /// Each brings the message that it has to its end; nothing new is begun.
  void end_children() {
    waiting_.clear();
    for (auto& line : ready_) line.clear();
    ending_ = true;
    for (auto& [pid, child] : children_) {
      kill(pid, SIGTERM);
      child.worker.release();
    }
    while (!children_.empty()) {
      int status = 0;
      if (const pid_t pid = waitpid(-1, &status, 0); pid > 0) forget(pid, status);
    }
  }

  bool idle() const { return at_work_ == 0 && waiting_.empty(); }
  std::uint64_t next_look() const { return next_look_; }
  const spool::Queue& queue() const { return queue_; }

 private:
  struct Child {
    Worker worker;
    std::uint64_t generation;    // of the accounts that it knows
    std::optional<Batch> batch;  // what it is at
    bool used = true;            // since the last look
  };

  /// Idle children go: they end by themselves.
  void retire(const std::function<bool(const Child&)>& which) {
    for (auto at = children_.begin(); at != children_.end();)
      at = !at->second.batch && which(at->second) ? children_.erase(at) : std::next(at);
  }

  void add(const spool::Entry& entry) {
    if (held_.contains(entry.id) || !known_.insert(entry.id).second) return;
    const std::string host = host_of(entry.destination);
    auto& line = waiting_[host];
    line.push_back(entry);
    if (line.size() == 1 && !busy_.contains(host)) make_ready(host);
  }

  /// Where it goes first; empty for here, and for what has no way out, which is quickly said.
  std::string host_of(const std::string& destination) const {
    const auto& policy = accounts_.policy();
    if (destination == "local" || policy.is_local_domain(destination)) return "";
    const auto found = policy.destination_of(destination);
    return found ? found->name : "";
  }

  void make_ready(const std::string& host) { ready_[host.empty() ? 0 : 1].push_back(host); }

  base::Result<void> start_next(std::deque<std::string>& ready) {
    const auto host = ready.front();
    const auto line = waiting_.find(host);
    auto& entries = line->second;
    const auto most = std::min(entries.size(), host.empty() ? local_batch : batch_limit);
    // One that has brought a child down goes by itself.
    std::size_t count = 1;
    while (count < most && !alone_.contains(entries[0].id) && !alone_.contains(entries[count].id)) ++count;
    const auto last = entries.begin() + static_cast<std::ptrdiff_t>(count);
    TRY(start({host, {entries.begin(), last}}));
    ready.pop_front();
    entries.erase(entries.begin(), last);
    if (entries.empty()) {
      waiting_.erase(line);
    } else if (host.empty()) {
      make_ready(host);
    }
    return {};
  }

  base::Result<void> start(Batch batch) {
    TRY_ASSIGN(Child* const child, hand_over(batch));
    if (!batch.host.empty()) busy_.insert(batch.host);
    child->batch = std::move(batch);
    child->used = true;
    ++at_work_;
    return {};
  }

  /// To one that is idle, or else to a new one.
  base::Result<Child*> hand_over(const Batch& batch) {
    for (auto at = children_.begin(); at != children_.end();) {
      auto& child = at->second;
      if (!child.batch && child.worker.give(batch)) return &child;
      at = child.batch ? std::next(at) : children_.erase(at);
    }
    TRY_ASSIGN(auto worker, Worker::start([this] { children_.clear(); },
                                          [this](const Batch& given) { return deliver(given); }));
    TRY(worker.give(batch));
    const pid_t pid = worker.pid();
    return &children_.insert_or_assign(pid, Child{std::move(worker), accounts_.generation(), {}})
                .first->second;
  }

  /// In the child; the number of messages that it could not put aside.
  int deliver(const Batch& batch) {
    if (!local_) local_.emplace(config_.delivery.local);
    RemoteAgent remote(config_.delivery.hostname, config_.delivery.timeout, config_.remote_user,
                       config_.domains);
    int left = 0;
    for (const auto& entry : batch.entries) {
      // Signals are blocked: what is on the wire is brought to its end, and then no more is begun.
      if (told_to_end()) break;
      const auto done =
          take_turn(config_.delivery, accounts_.policy(), queue_, entry, {*local_, remote, &late_close_});
      if (done) continue;
      proc::log(entry.id, "trouble", {{"reason", done.error().what}});
      ++left;
    }
    return left;
  }

  void forget(pid_t pid, int status) {
    late_close_.ended(pid);
    const auto found = children_.find(pid);
    if (found == children_.end()) return;
    if (found->second.batch) finish(found->second, false, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    children_.erase(found);
  }

  /// `failed`: some could not be put aside; `death`: the child has died at it, of this signal or of none (0).
  void finish(Child& child, bool failed, std::optional<int> death) {
    const Batch batch = std::move(*child.batch);
    child.batch.reset();
    --at_work_;
    if (busy_.erase(batch.host) > 0 && waiting_.contains(batch.host)) make_ready(batch.host);
    for (const auto& entry : batch.entries) {
      known_.erase(entry.id);
      const auto called = again_.extract(entry.id);
      if (!death) alone_.erase(entry.id);
      if (!death && !failed && !called) continue;
      const bool there = queue_.find(spool::file_name(entry)).has_value();
      if (death && there && !ending_) note_crash(entry, *death);
      // Its mail may have been delivered and nothing could be written: not again at every look.
      if (failed && there) held_[entry.id] = now_seconds() + after_failure;
      if (called && there) add(called.mapped());
    }
  }

  /// Which of its messages it was, if any, shows when each goes by itself.
  void note_crash(const spool::Entry& entry, int signal) {
    proc::log(entry.id, "child-died", {{"signal", std::to_string(signal)}});
    if (alone_.insert(entry.id).second) {
      add(entry);
    } else {
      held_[entry.id] = now_seconds() + after_failure;
    }
  }

  const RunnerConfig& config_;
  AccountFiles& accounts_;
  LateClose late_close_;
  spool::Queue queue_;
  std::map<std::string, std::deque<spool::Entry>> waiting_;  // by host; none is empty
  std::array<std::deque<std::string>, 2> ready_;  // hosts for which a child may start: here, and elsewhere
  std::set<std::string> known_;                   // ids that wait or are with a child
  std::map<std::string, spool::Entry> again_;     // of these, the ones a wake came for
  std::set<std::string> alone_;                   // ids that were with a child that died
  std::map<std::string, std::uint64_t> held_;     // ids that are left alone, and until when
  std::set<std::string> busy_;                    // remote hosts that have a child
  std::map<pid_t, Child> children_;
  std::size_t at_work_ = 0;  // children with a batch
  bool ending_ = false;
  std::optional<LocalDelivery> local_;  // in a child
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

bool hear_signals(int signals) {
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
  TRY_ASSIGN(const auto signals, catch_signals());
  TRY_ASSIGN(auto late_close, LateClose::start());
  Runner runner(config, accounts, std::move(late_close));
  const auto looked = runner.look();
  while (!runner.idle()) {
    TRY(runner.start_children());
    std::vector<pollfd> waiting = {{signals.get(), POLLIN, 0}};
    runner.add_sockets(waiting);
    (void)poll(waiting.data(), waiting.size(), -1);
    if (hear_signals(signals.get())) {
      runner.end_children();
      return {};
    }
    runner.hear_children(waiting);
    runner.reap_children();
  }
  runner.end_children();
  return looked;
}

base::Result<void> run_queue_for_ever(const RunnerConfig& config, AccountFiles& accounts) {
  TRY_ASSIGN(const auto pipe, listen_for_wakes(config.delivery.spool));
  Wakes wakes(pipe.get());
  TRY_ASSIGN(const auto signals, catch_signals());
  TRY_ASSIGN(auto late_close, LateClose::start());
  Runner runner(config, accounts, std::move(late_close));
  TRY(runner.look());
  while (true) {
    if (const auto started = runner.start_children(); !started)
      proc::log("-", "trouble", {{"reason", started.error().what}});
    const auto now = now_seconds();
    const auto seconds = runner.next_look() > now ? runner.next_look() - now : 0;
    std::vector<pollfd> waiting = {{pipe.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}};
    runner.add_sockets(waiting);
    (void)poll(waiting.data(), waiting.size(), static_cast<int>(seconds * 1000));
    if (hear_signals(signals.get())) break;
    runner.hear_children(waiting);
    runner.reap_children();
    // What cannot be looked at now is in the log, and looked at again.
    if (!wakes.hear(runner) || now_seconds() >= runner.next_look()) (void)runner.look();
  }
  runner.end_children();
  return {};
}

}  // namespace serve

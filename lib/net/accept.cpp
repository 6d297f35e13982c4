#include "net/accept.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "net/network.hpp"
#include "net/peer.hpp"

namespace net {

namespace {

constexpr int first_inherited = 3;

/// The number of sockets from descriptor 3 on; the variables are removed so that no child believes them.
int inherited_sockets() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  const bool ours = pid != nullptr && count != nullptr && pid == std::to_string(getpid());
  const auto number = ours ? base::parse_number(count, 64) : std::nullopt;
  unsetenv("LISTEN_PID");
  unsetenv("LISTEN_FDS");
  unsetenv("LISTEN_FDNAMES");
  return static_cast<int>(number.value_or(0));
}

bool is_listening(int descriptor) {
  int value = 0;
  socklen_t length = sizeof value;
  return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

base::Result<void> put_on_0_and_1(int descriptor) {
  if (dup2(descriptor, 0) < 0 || dup2(descriptor, 1) < 0)
    return base::system_error("take over the connection");
  close(descriptor);
  const int on = 1;
  (void)setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

class Loop {
 public:
  Loop(int sockets, const AcceptLimits& limits) : limits_(limits) {
    for (int i = 0; i < sockets; ++i) waiting_.push_back({first_inherited + i, POLLIN, 0});
  }

  base::Result<std::optional<Peer>> run() {
    TRY(catch_signals());
    while (true) {
      if (poll(waiting_.data(), waiting_.size(), -1) < 0) {
        if (errno != EINTR) return base::system_error("poll");
        continue;
      }
      if (waiting_.back().revents != 0 && told_to_end()) return std::optional<Peer>();
      for (std::size_t i = 0; i + 1 < waiting_.size(); ++i) {
        if (waiting_[i].revents == 0) continue;
        TRY_ASSIGN(auto peer, take(waiting_[i].fd));
        if (peer) return peer;
      }
    }
  }

 private:
  base::Result<void> catch_signals() {
    sigemptyset(&mask_);
    for (const int number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&mask_, number);
    if (limits_.reload) sigaddset(&mask_, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &mask_, &before_) != 0) return base::system_error("block signals");
    signals_.reset(signalfd(-1, &mask_, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!signals_) return base::system_error("signalfd");
    waiting_.push_back({signals_.get(), POLLIN, 0});
    return {};
  }

  bool told_to_end() {
    bool end = false;
    signalfd_siginfo info = {};
    while (read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      const auto number = static_cast<int>(info.ssi_signo);
      if (number == SIGHUP) limits_.reload();
      end = end || number == SIGTERM || number == SIGINT;
    }
    for (pid_t pid = 0; (pid = waitpid(-1, nullptr, WNOHANG)) > 0;) forget(pid);
    return end;
  }

  void forget(pid_t pid) {
    const auto found = children_.find(pid);
    if (found == children_.end()) return;
    const auto source = sources_.find(found->second);
    if (--source->second == 0) sources_.erase(source);
    children_.erase(found);
  }

  /// In the child: whom it serves. Failures of one connection (it went away, no process to be had) are not
  /// the loop's.
  base::Result<std::optional<Peer>> take(int listening) {
    const std::optional<Peer> nobody;
    fs::Fd connection(accept4(listening, nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) {
      const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      if (exhausted) wait_a_little(base::system_error("accept"));
      return nobody;
    }
    auto peer = peer_of(connection.get());
    if (!peer) return nobody;
    const std::string& address = peer->address;
    const std::string source = source_of(address);
    const bool exempt = limits_.exempt && limits_.exempt(address);
    const bool full =
        children_.size() >= limits_.total || (!exempt && count_of(source) >= limits_.per_source);
    if (full || (limits_.admit && !limits_.admit(address))) {
      refuse(connection.get(), address);
      return nobody;
    }
    if (limits_.before_connection) limits_.before_connection();
    if (!greet(connection.get(), address)) return nobody;
    const pid_t pid = fork();
    if (pid > 0) {
      children_[pid] = source;
      ++sources_[source];
    }
    if (pid < 0) {
      const auto error = base::system_error("fork");
      say_farewell(connection.get());
      wait_a_little(error);
    }
    if (pid != 0) return nobody;
    TRY(become_child(connection));
    return peer;
  }

  /// The client still waits in the queue of the socket, and would at once be seen again.
  void wait_a_little(const base::Error& error) const {
    if (limits_.trouble) limits_.trouble(error);
    (void)poll(nullptr, 0, 100);
  }

  void refuse(int connection, const std::string& address) const {
    if (limits_.refused) limits_.refused(address);
    say_farewell(connection);
  }

  void say_farewell(int connection) const {
    if (limits_.farewell.empty()) return;
    (void)send(connection, limits_.farewell.data(), limits_.farewell.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  /// False: it has gone.
  bool greet(int connection, const std::string& address) const {
    const auto text = limits_.greet ? limits_.greet(address) : std::string();
    return text.empty() || send(connection, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
                               static_cast<ssize_t>(text.size());
  }

  std::size_t count_of(const std::string& source) const {
    const auto found = sources_.find(source);
    return found == sources_.end() ? 0 : found->second;
  }

  base::Result<void> become_child(fs::Fd& connection) {
    for (const auto& entry : waiting_) {
      if (entry.fd != signals_.get()) close(entry.fd);
    }
    signals_.reset();
    sigprocmask(SIG_SETMASK, &before_, nullptr);
    return put_on_0_and_1(connection.release());
  }

  AcceptLimits limits_;
  std::vector<pollfd> waiting_;  // the listening sockets, then the signals
  fs::Fd signals_;
  sigset_t mask_ = {};
  sigset_t before_ = {};
  std::map<pid_t, std::string> children_;
  std::map<std::string, std::size_t> sources_;
};

}  // namespace

base::Result<std::optional<Peer>> serve_inherited(const AcceptLimits& limits) {
  const int sockets = inherited_sockets();
  if (sockets == 0) return std::optional(find_peer(0));
  if (!is_listening(first_inherited)) {
    TRY(put_on_0_and_1(first_inherited));
    return std::optional(find_peer(0));
  }
  forget_peer();
  // It stays: what a child gives back it has to copy first.
  static std::optional<Loop> loop;
  loop.emplace(sockets, limits);
  return loop->run();
}

}  // namespace net

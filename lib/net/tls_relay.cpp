#include "net/tls_relay.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <tuple>

#include "fs/packet.hpp"

namespace net {

namespace {

using Clock = std::chrono::steady_clock;
using State = TlsSession::State;
using Want = TlsSession::Want;

/// Octets on their way; its memory is only touched as far as they reach.
class Pool {
 public:
  bool empty() const { return start_ == end_; }
  bool full() const { return end_ == size; }
  std::string_view held() const { return {bytes_.get() + start_, end_ - start_}; }
  std::span<char> room() { return {bytes_.get() + end_, size - end_}; }
  void add(std::size_t n) { end_ += n; }
  void take(std::size_t n) {
    start_ += n;
    if (start_ == end_) start_ = end_ = 0;
  }
  void clear() { start_ = end_ = 0; }

 private:
  static constexpr std::size_t size = 64 * 1024;
  std::unique_ptr<char[]> bytes_ = std::unique_ptr<char[]>(new char[size]);
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

bool blocked() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

class Relay {
 public:
  Relay(TlsSession& session, int in, int out, TlsProgram& program, const RelayLimits& limits)
      : session_(session), in_(in), out_(out), program_(program), limits_(limits) {}

  void run() {
    while (!finished()) {
      bool progress = false;
      // Each until it cannot go on: what OpenSSL holds already shows on no descriptor.
      while (step()) progress = true;
      if (progress) last_ = Clock::now();
      if (!finished() && !wait()) break;
    }
    close_input();
    program_.output.reset();
    linger();
  }

 private:
  bool finished() const { return broken_ || (said_end_ && (client_ended_ || !program_.input)); }

  bool step() {
    bool progress = from_client();
    progress = to_program() || progress;
    progress = from_program() || progress;
    return to_client() || progress;
  }

  bool from_client() {
    read_wants_ = Want::nothing;
    if (client_ended_ || !program_.input || inward_.full()) return false;
    const auto piece = session_.read(inward_.room());
    read_wants_ = piece.want;
    inward_.add(piece.size);
    client_ended_ = piece.state == State::closed || piece.state == State::truncated;
    truncated_ = piece.state == State::truncated;
    return piece.state != State::blocked;
  }

  bool to_program() {
    if (!program_.input) return false;
    if (inward_.empty()) {
      if (client_ended_) close_input();
      return client_ended_;
    }
    const auto held = inward_.held();
    const ssize_t sent = send(program_.input.get(), held.data(), held.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) inward_.take(static_cast<std::size_t>(sent));
    if (sent < 0 && !blocked()) program_reads_no_more();
    return sent > 0 || !program_.input;
  }

  bool from_program() {
    if (!program_.output || outward_.full()) return false;
    const auto room = outward_.room();
    const ssize_t got = recv(program_.output.get(), room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) outward_.add(static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && !blocked())) program_.output.reset();
    return got > 0 || !program_.output;
  }

  bool to_client() {
    write_wants_ = Want::nothing;
    if (broken_ || said_end_ || (outward_.empty() && program_.output)) return false;
    const bool ending = outward_.empty();
    const auto piece = ending ? session_.end_writing() : session_.write(outward_.held());
    write_wants_ = piece.want;
    if (piece.state == State::blocked) return false;
    broken_ = piece.state != State::ok;
    if (ending && !broken_) {
      said_end_ = true;
      (void)shutdown(out_, SHUT_WR);
    }
    outward_.take(piece.size);
    return true;
  }

  /// False when the client has let all its time pass.
  bool wait() {
    pollfd waiting[4] = {};
    const auto events_of = [](bool first, bool second) {
      return static_cast<short>((first ? POLLIN : 0) | (second ? POLLOUT : 0));
    };
    const auto watch = [](pollfd& entry, int descriptor, short events) {
      // What nothing is wanted of would only report, again and again, that it has been closed.
      entry = {events == 0 ? -1 : descriptor, events, 0};
    };
    watch(waiting[0], in_, events_of(read_wants_ == Want::read || write_wants_ == Want::read, false));
    watch(waiting[1], out_, events_of(false, read_wants_ == Want::write || write_wants_ == Want::write));
    // With no events poll still tells when the program has closed it.
    waiting[2] = {program_.input ? program_.input.get() : -1, events_of(false, !inward_.empty()), 0};
    watch(waiting[3], program_.output ? program_.output.get() : -1, events_of(!outward_.full(), false));
    const bool draining = !program_.output;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(last_ - Clock::now()).count() + limits_.drain;
    const int ready = poll(waiting, 4, draining ? static_cast<int>(std::max<std::int64_t>(left, 0)) : -1);
    if ((waiting[2].revents & (POLLHUP | POLLERR)) != 0) program_reads_no_more();
    return ready != 0;
  }

  void program_reads_no_more() {
    inward_.clear();
    program_.input.reset();
  }

  void close_input() {
    if (!program_.input) return;
    char mark[256];
    // The octet that waits here makes the program's read fail when the connection was cut off.
    while (!truncated_ && !broken_ && recv(program_.input.get(), mark, sizeof mark, MSG_DONTWAIT) > 0) {
    }
    program_.input.reset();
  }

  /// A socket that is closed with input unread takes back what the client has not read yet.
  void linger() {
    if (broken_ || client_ended_ || !said_end_) return;
    const auto end = Clock::now() + std::chrono::milliseconds(limits_.linger);
    char unread[4096];
    while (Clock::now() < end) {
      pollfd waiting = {in_, POLLIN, 0};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      if (poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) <= 0) return;
      const ssize_t got = read(in_, unread, sizeof unread);
      if (got == 0 || (got < 0 && !blocked())) return;
    }
  }

  TlsSession& session_;
  int in_;
  int out_;
  TlsProgram& program_;
  const RelayLimits& limits_;
  Pool inward_;
  Pool outward_;
  Want read_wants_ = Want::nothing;
  Want write_wants_ = Want::nothing;
  Clock::time_point last_ = Clock::now();
  bool client_ended_ = false;
  bool truncated_ = false;
  bool said_end_ = false;
  bool broken_ = false;
};

}  // namespace

base::Result<TlsProgram> TlsProgram::make() {
  TlsProgram out;
  TRY_ASSIGN(std::tie(out.input, out.program_input), fs::stream_sockets());
  TRY_ASSIGN(std::tie(out.output, out.program_output), fs::stream_sockets());
  if (send(out.program_input.get(), "!", 1, MSG_NOSIGNAL) != 1) return base::system_error("socketpair");
  return out;
}

void relay(TlsSession& session, int in, int out, TlsProgram& program, const RelayLimits& limits) {
  Relay(session, in, out, program, limits).run();
}

}  // namespace net

#include "net/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace net {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t output_limit = 64 * 1024;

bool wait(int descriptor, short events, Wire::Clock::time_point deadline) {
  pollfd waiting = {descriptor, events, 0};
  int ready = 0;
  do {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Wire::Clock::now()).count();
    ready = poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, INT_MAX)));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

/// What can go at once; -1 with EAGAIN for nothing. Never waits: the other side of a socket decides how long
/// a write would take. A pipe that poll calls ready takes PIPE_BUF octets.
ssize_t write_some(int descriptor, std::string_view text, Wire::Clock::time_point deadline) {
  const ssize_t sent = send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (!wait(descriptor, POLLOUT, deadline)) {
    errno = EAGAIN;
    return -1;
  }
  return ::write(descriptor, text.data(), std::min<std::size_t>(text.size(), PIPE_BUF));
}

}  // namespace

Wire::Wire(int in, int out, int timeout) : in_(in), out_(out), timeout_(timeout) {}

Wire::Clock::time_point Wire::deadline() const {
  return Clock::now() + std::chrono::milliseconds(timeout_);
}

/// Reads once, behind what is already buffered. Output goes first: the client may be waiting for it.
Line::State Wire::fill(Clock::time_point deadline) {
  if (!flush()) return Line::State::failed;
  input_.erase(0, start_);
  start_ = 0;
  if (channel_ == nullptr && !wait(in_, POLLIN, deadline)) return Line::State::timed_out;
  const std::size_t had = input_.size();
  input_.resize(had + read_size);
  const ssize_t got = read_some(input_.data() + had, read_size, deadline);
  const bool late = got < 0 && errno == EAGAIN;
  input_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) return Line::State::ok;
  return got == 0 ? Line::State::closed : late ? Line::State::timed_out : Line::State::failed;
}

/// A channel may hold octets that the descriptor knows nothing of: it is asked first, and waited for then.
ssize_t Wire::read_some(char* into, std::size_t most, Clock::time_point deadline) {
  while (true) {
    const ssize_t got = channel_ != nullptr ? channel_->receive(into, most) : read(in_, into, most);
    if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
    if (errno == EINTR || channel_ == nullptr) continue;
    if (wait(in_, channel_->events(), deadline)) continue;
    errno = EAGAIN;
    return -1;
  }
}

Line Wire::line(std::size_t limit) {
  return line(limit, deadline());
}

Line Wire::line(std::size_t limit, Clock::time_point deadline, bool skip) {
  bool too_long = false;
  std::size_t searched = 0;
  while (true) {
    const std::string_view waiting = pending();
    const std::size_t end = waiting.find('\n', searched);
    if (end != std::string_view::npos) {
      const bool crlf = end > 0 && waiting[end - 1] == '\r';
      const std::string_view text = waiting.substr(0, crlf ? end - 1 : end);
      start_ += end + 1;
      if (too_long || text.size() > limit) return {Line::State::too_long, {}, crlf};
      return {Line::State::ok, text, crlf};
    }
    searched = waiting.size();
    if (searched > limit + 1) {
      if (!skip) return {Line::State::too_long, {}, true};
      too_long = true;
      // The last octet may be a CR whose LF comes next.
      start_ += searched - 1;
      searched = 1;
    }
    if (const auto state = fill(deadline); state != Line::State::ok) return {state, {}, true};
  }
}

Line Wire::bytes() {
  if (pending().empty()) {
    if (const auto state = fill(deadline()); state != Line::State::ok) return {state, {}, true};
  }
  return {Line::State::ok, pending(), true};
}

void Wire::consume(std::size_t n) {
  start_ += n;
}

base::Result<void> Wire::write(std::string_view text) {
  output_ += text;
  if (output_.size() <= output_limit) return {};
  return flush();
}

base::Result<void> Wire::flush() {
  std::string_view left = output_;
  auto end = deadline();
  std::size_t since = 0;
  while (!left.empty()) {
    const ssize_t sent = channel_ != nullptr ? channel_->send(left) : write_some(out_, left, end);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) {
      if (!wait(out_, channel_ != nullptr ? channel_->events() : POLLOUT, end))
        return base::fail(base::Exit::temporary, "the other side does not read");
      continue;
    }
    if (sent < 0) return base::system_error("write to the other side");
    left.remove_prefix(static_cast<std::size_t>(sent));
    since += static_cast<std::size_t>(sent);
    if (since < output_limit) continue;
    since = 0;
    end = deadline();
  }
  output_.clear();
  return {};
}

bool Wire::is_quiet(int milliseconds) {
  return pending().empty() && flush() &&
         !wait(in_, POLLIN, Clock::now() + std::chrono::milliseconds(milliseconds));
}

void Wire::rest() {
  if (output_.empty()) std::string().swap(output_);
  if (pending().empty()) drop_pending(), input_.shrink_to_fit();
}

std::string_view Wire::pending() const {
  return std::string_view(input_).substr(start_);
}

void Wire::drop_pending() {
  input_.clear();
  start_ = 0;
}

void Wire::preload(std::string_view text) {
  input_.insert(start_, text);
}

}  // namespace net

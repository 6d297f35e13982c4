#include "net/wire.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace net {

namespace {

constexpr std::size_t read_size = 16 * 1024;
constexpr std::size_t output_limit = 64 * 1024;

}  // namespace

Wire::Wire(int in, int out, int timeout) : in_(in), out_(out), timeout_(timeout) {}

bool Wire::wait(int descriptor, short events) const {
  pollfd waiting = {descriptor, events, 0};
  int ready = 0;
  do {
    ready = poll(&waiting, 1, timeout_);
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

/// Reads once, behind what is already buffered. Output goes first: the client may be waiting for it.
Line::State Wire::fill() {
  if (!flush()) return Line::State::failed;
  input_.erase(0, start_);
  start_ = 0;
  if (!wait(in_, POLLIN)) return Line::State::timed_out;
  const std::size_t had = input_.size();
  input_.resize(had + read_size);
  ssize_t got = 0;
  do {
    got = read(in_, input_.data() + had, read_size);
  } while (got < 0 && errno == EINTR);
  input_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got > 0) return Line::State::ok;
  return got == 0 ? Line::State::closed : Line::State::failed;
}

Line Wire::line(std::size_t limit) {
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
      too_long = true;
      start_ += searched;
      searched = 0;
    }
    if (const auto state = fill(); state != Line::State::ok) return {state, {}, true};
  }
}

Line Wire::bytes() {
  if (pending().empty()) {
    if (const auto state = fill(); state != Line::State::ok) return {state, {}, true};
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
  while (!left.empty()) {
    if (!wait(out_, POLLOUT)) return base::fail(base::Exit::temporary, "the other side does not read");
    const ssize_t sent = ::write(out_, left.data(), left.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return base::system_error("write to the other side");
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  output_.clear();
  return {};
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

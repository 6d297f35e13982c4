// A connection as lines: bounded input buffer, output gathered until the next read would block, so pipelined
// commands are answered in one write (RFC 2920 section 3.2). Works on any pair of descriptors.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/channel.hpp"

namespace net {

struct Line {
  enum class State { ok, too_long, closed, timed_out, failed };
  State state = State::ok;
  std::string_view text;  // without the line end; valid until the next call on the wire
  bool crlf = true;       // false: ended by a bare LF
};

class Wire {
 public:
  using Clock = std::chrono::steady_clock;

  /// Neither descriptor is owned. `timeout` in milliseconds is what the other side gets for each line, for
  /// each piece of a message, and for taking 64 KiB of output.
  Wire(int in, int out, int timeout);
  void set_timeout(int milliseconds) { timeout_ = milliseconds; }

  /// When a wait that begins now ends.
  Clock::time_point deadline() const;

  /// The next line of at most `limit` bytes (line end not counted). A longer line is skipped to its end in
  /// bounded memory and reported as too_long once.
  Line line(std::size_t limit);
  Line line(std::size_t limit, Clock::time_point deadline, bool skip = true);

  /// What has arrived, at least one byte; waits if the buffer is empty. The text is empty unless state is ok.
  Line bytes();

  /// Marks the first `n` bytes of what bytes() showed as read.
  void consume(std::size_t n);

  /// Gathers output; writes at once only when more than 64 KiB wait.
  base::Result<void> write(std::string_view text);
  base::Result<void> flush();

  /// Sends what was gathered, and waits so many milliseconds for input. True: there is still none, and the
  /// other side is there.
  bool is_quiet(int milliseconds);

  /// Gives back the memory of buffers that are empty.
  void rest();

  /// Input that has arrived and was not read yet.
  std::string_view pending() const;

  /// Forgets such input: what came in plaintext must not count after TLS has started (RFC 3207 section 4.2).
  void drop_pending();

  /// From here on the octets go through this channel on the same descriptors, which outlives the wire.
  void go_through(Channel& channel) { channel_ = &channel; }

  /// Puts input before all that is still to come: handed over from another process.
  void preload(std::string_view text);

 private:
  Line::State fill(Clock::time_point deadline);
  ssize_t read_some(char* into, std::size_t most, Clock::time_point deadline);

  int in_;
  int out_;
  int timeout_;
  Channel* channel_ = nullptr;
  std::string input_;
  std::size_t start_ = 0;
  std::string output_;
};

}  // namespace net

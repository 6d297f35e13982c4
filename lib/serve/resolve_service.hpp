// The work of resolve(1): questions come as lines, and answers go back, on as many channels as there are.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "net/lookup.hpp"

namespace serve {

struct ResolveLimits {
  int milliseconds = 5000;          // for an answer; then it is a failure
  std::size_t channels = 4000;      // more are closed at once
  std::size_t of_one = 64;          // questions of one channel at a time; more wait unread
  std::size_t at_once = 512;        // the same over all channels
  std::size_t unread = 256 * 1024;  // octets of answers; then its questions wait unread
};

/// Reads questions from `in` until its end and writes all answers to `out`. A line that is no question is
/// complained about, and the result is Exit::data at the end, or 0.
base::Result<int> resolve_lines(net::Lookup& lookup, const ResolveLimits& limits, int in, int out);

/// Each packet on `control`, a socket of type SOCK_SEQPACKET, brings one descriptor: the stream socket of a
/// channel. A channel that says something else than questions is closed. Ends when nobody has the other end
/// of `control` any more.
base::Result<int> resolve_channels(net::Lookup& lookup, const ResolveLimits& limits, int control);

}  // namespace serve

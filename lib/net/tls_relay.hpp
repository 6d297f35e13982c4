// Between a TLS connection and a program that knows nothing of it: two directions, 64 KiB each at most. Who
// reads slowly slows the other side down, never grows memory.
#pragma once

#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"
#include "net/tls_session.hpp"

namespace net {

/// Two pairs of sockets: the program reads from one and writes to the other. So that the program can tell a
/// connection that broke from one that ended, its reads end with ECONNRESET in the first case: what closes
/// the descriptor `input` while an unread octet waits there does that, and make() puts one there.
struct TlsProgram {
  fs::Fd input;   // ours: what the program reads
  fs::Fd output;  // ours: what it writes
  fs::Fd program_input;
  fs::Fd program_output;

  static base::Result<TlsProgram> make();
};

struct RelayLimits {
  int drain = 60'000;  // milliseconds the client gets to take anything, once the program has ended
  int linger = 2'000;  // milliseconds the client gets to end its side, once everything is sent
};

/// Until both directions have ended, or one side is gone. `in` and `out` are what `session` is on; closes the
/// program's descriptors. The end of a direction is passed on as such: close_notify is an end of file for the
/// program, the end of its output is close_notify for the client, the other direction goes on.
void relay(TlsSession& session, int in, int out, TlsProgram& program, const RelayLimits& limits);

}  // namespace net

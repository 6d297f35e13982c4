// Who is calling. PROTO and TCPREMOTEIP (UCSPI), else REMOTE_ADDR (systemd Accept=yes), else getpeername(2)
// (inetd).
#pragma once

#include <string>

namespace net {

struct Peer {
  std::string address;  // numeric, without brackets; "unknown" when nothing says it (a pipe)
  std::string port;
};

/// Of the connection on `descriptor`, with the environment read first.
Peer find_peer(int descriptor);

/// For who accepts connections: takes out of the environment what is said there about another one.
void forget_peer();

/// True for 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& address);

}  // namespace net

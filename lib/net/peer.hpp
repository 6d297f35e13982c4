// Who is calling. PROTO and TCPREMOTEIP (UCSPI), else REMOTE_ADDR (systemd Accept=yes), else getpeername(2)
// (inetd).
#pragma once

#include <optional>
#include <string>

namespace net {

struct Peer {
  std::string address;  // numeric, without brackets and zone; "unknown" when nothing says it (a pipe)
  std::string port;
};

/// Of the connection on `descriptor`: what the environment says first, as far as it is an address.
Peer find_peer(int descriptor);

/// What the socket alone says. Nothing: whoever it was has gone, and left no address. Words of his may still
/// be there, and would be a stranger's whom no rule knows.
std::optional<Peer> peer_of(int socket);

/// For who accepts connections: takes out of the environment what is said there about another one, and the
/// TLS that it came by.
void forget_peer();

/// True for 127.0.0.0/8 and ::1.
bool is_loopback(const std::string& address);

}  // namespace net

// One TLS connection, in a process that holds the key and nothing else, and a program behind it that never
// sees the key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/peer.hpp"
#include "net/tls_context.hpp"
#include "proc/become.hpp"

namespace serve {

struct TlsService {
  std::vector<std::string> program;  // looked for along PATH
  bool implicit = false;             // TLS from the first octet; else when the program asks for it
  int handshake = 30'000;            // milliseconds
  proc::Identity user;               // whom the process with the key becomes, where it is root
};

/// The connection of `peer` on descriptors 0 and 1: starts the program with this process's rights, then gives
/// them up. Returns the program's exit status; a failed handshake is in the log, and no program has run, or
/// it has been told.
base::Result<int> serve_tls(const net::TlsContext& context, const TlsService& service, const net::Peer& peer);

}  // namespace serve

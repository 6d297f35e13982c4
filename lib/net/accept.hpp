// Serving a listening socket that the service manager handed over (sd_listen_fds(3)): accept, fork without
// exec, and let the child serve its connection on descriptors 0 and 1.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/peer.hpp"

namespace net {

struct AcceptLimits {
  std::size_t total = 1000;     // connections served at once
  std::size_t per_source = 50;  // of these, from one address; of IPv6, one network of 64 bits
  // Sent to a client over a limit, or for whom no process can be made, if the socket takes it at once.
  std::string_view farewell = {};
  std::function<bool(const std::string& address)> exempt = {};  // true: per_source does not bind it
  std::function<bool(const std::string& address)> admit = {};   // false: over a limit of the caller's
  std::function<void()> before_connection = {};                 // called before each child is made
  // Called then: what the client is told before it has a process, which is all that it waits for; at most a
  // few lines, which a new socket takes at once. Empty: nothing.
  std::function<std::string(const std::string& address)> greet = {};
  // Called at SIGHUP, which without it ends the loop's process; connections go on.
  std::function<void()> reload = {};
  // Told of what keeps a connection from being served: no descriptor, no process to be had.
  std::function<void(const base::Error& error)> trouble = {};
  std::function<void(const std::string& address)> refused = {};  // told of each such client
};

/// Finds out what the program was started with, and returns whose connection is on descriptors 0 and 1, to be
/// served. Without LISTEN_FDS (or with one meant for another process) at once: inetd and tcpserver have put
/// it there already. A connected socket on descriptor 3 (systemd Accept=yes without StandardInput=socket) is
/// moved there. A listening one is served in a loop, whatever the environment says about a peer; then every
/// child returns, with the peer that the limits were asked about: it may have gone since. Nothing: the loop
/// has ended by SIGTERM or SIGINT. A client over a limit gets the farewell and is closed: the loop never
/// waits for it. Children that are still serving outlive the loop.
base::Result<std::optional<Peer>> serve_inherited(const AcceptLimits& limits);

}  // namespace net

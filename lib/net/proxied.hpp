// Who is behind a proxy: its header read from a connection, and nothing behind it.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "net/peer.hpp"

namespace net {

/// Reads the header of the PROXY protocol within `timeout` milliseconds in all. Nothing: the proxy speaks for
/// itself. Exit::protocol: there is none, or a wrong one, and the connection is to be closed.
base::Result<std::optional<Peer>> read_proxy_header(int descriptor, int timeout);

}  // namespace net

// Whom a proxy speaks for, heard by a process that has nothing to lose: what the header says comes from afar,
// and the process that waits for it may still be root.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "net/peer.hpp"

namespace serve {

/// As net::read_proxy_header(), which is called in a child without rights, files and counts.
base::Result<std::optional<net::Peer>> hear_proxy(int descriptor, int timeout);

}  // namespace serve

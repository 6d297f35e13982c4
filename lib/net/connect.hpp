// Connecting to another host by name or address.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace net {

/// Tries every address of `host` in turn, each for at most `timeout` milliseconds. Exit::no_host: the name
/// does not exist; Exit::temporary: it cannot be looked up now, or no address answers. The error names host
/// and reason.
base::Result<fs::Fd> connect_to(const std::string& host, std::uint16_t port, int timeout);

}  // namespace net

// Connecting to another host by name or address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/fd.hpp"

namespace net {

struct Endpoint {
  std::string name;                         // a name or an address
  std::uint16_t port = 0;                   // 1 to 65535
  std::vector<std::string> addresses = {};  // in order; none: those of the name are looked up
  std::string source = {};                  // the address to come from; empty: the system's choice
};

/// The same, where the addresses may be known already. One of another family than `source` is passed over.
base::Result<fs::Fd> connect_to(const Endpoint& endpoint, int timeout);

/// The addresses of a connection, as text; empty where it has none.
struct Ends {
  std::string ours = {};
  std::string theirs = {};
};
Ends ends_of(int socket);

/// Tries every address of `host` in turn, each for at most `timeout` milliseconds. Exit::no_host: the name
/// does not exist; Exit::temporary: it cannot be looked up now, or no address answers. The error names host
/// and reason.
base::Result<fs::Fd> connect_to(const std::string& host, std::uint16_t port, int timeout);

}  // namespace net

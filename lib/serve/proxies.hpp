// Proxies in front of a program that has no words for its clients before TLS: who is behind them is heard
// here, and told to the program.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "net/accept.hpp"
#include "net/peer.hpp"
#include "net/rates.hpp"
#include "proc/options.hpp"
#include "serve/networks.hpp"

namespace serve {

/// In the environment of a program: what a proxy in front of it had to say has been heard, though it spoke
/// for itself.
constexpr const char* proxy_heard = "TUBEPOST_PROXY_HEARD";

class Proxies {
 public:
  /// Before the accept loop. Exit::configuration: a value is wrong.
  static base::Result<Proxies> load(const proc::Options& given);

  /// A proxy speaks for many: it is not held to what one source may do. This object must outlive the loop,
  /// where it is.
  void watch(net::AcceptLimits& limits) const;

  /// Who is on descriptor 0. A proxy says whom it speaks for, within `timeout` milliseconds, and the
  /// environment then names that one. Exit::protocol: it does not; temporary: too many connections a minute.
  base::Result<net::Peer> meet(int timeout) const;

 private:
  Networks proxies_;
  Networks trusted_;
  std::uint64_t most_ = 0;  // connections of a source behind them, a minute
  net::Rates rates_;
};

}  // namespace serve

// Proxies in front of a program that has no words for its clients before TLS: who is behind them is heard
// here, and told to the program.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

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

/// And: the connection is within its limit for this minute, and counted.
constexpr const char* client_counted = "TUBEPOST_CLIENT_COUNTED";

class Proxies {
 public:
  /// Before the accept loop of the program at the path `program`. Exit::configuration: a value is wrong.
  static base::Result<Proxies> load(const proc::Options& given, std::string_view program);

  /// A proxy speaks for many: it is not held to what one source may do. This object must outlive the loop,
  /// where it is.
  void watch(net::AcceptLimits& limits);

  /// Who is on descriptor 0. A proxy says whom it speaks for, within `timeout` milliseconds, and the
  /// environment then names that one. Exit::protocol: it does not; temporary: too many connections a minute,
  /// and it has been told so.
  base::Result<net::Peer> meet(int timeout, const net::AcceptLimits& limits);

  /// This process counts no more: what it talks to could have it forget.
  void leave() { rates_.leave(); }

 private:
  bool may_connect(const std::string& address) const;

  Networks proxies_;
  Networks trusted_;
  std::uint64_t most_ = 0;  // connections of a source, a minute
  net::Rates rates_;
  net::Rates::What what_ = net::Rates::What::connections;
  bool counted_ = false;  // this connection, by the loop
};

}  // namespace serve

// Who may connect, and how often: trusted networks, and proxies in front, which say whom they speak for.
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

/// And: the connection is within its limit for this minute, and counted.
constexpr const char* client_counted = "TUBEPOST_CLIENT_COUNTED";

struct Caller {
  net::Peer peer;
  bool trusted = false;     // of relay-network, or with --relay
  bool over_limit = false;  // no accept loop could find out: it is behind a proxy, or there was none
};

class Doorkeeper {
 public:
  /// Before the accept loop. `rates`: where sources are counted, as `what`. Exit::usage: a value is
  /// wrong.
  static base::Result<Doorkeeper> load(const proc::Options& given, net::Rates rates, net::Rates::What what);

  /// A proxy speaks for many: it is not held to what one source may do. This object must outlive the loop,
  /// where it is.
  void watch(net::AcceptLimits& limits);

  /// Who is on descriptor 0: `peer`, and a proxy says whom it speaks for, within `timeout` milliseconds,
  /// before anything else is read: Exit::protocol if it does not. Behind an accept loop the environment says
  /// nothing of it.
  base::Result<Caller> meet(const net::Peer& peer, int timeout) const;

  /// The same for who makes room for another program: the environment is told what was found out here, and
  /// forgets what it said.
  base::Result<Caller> meet_for_program(const net::Peer& peer, int timeout) const;

  bool is_proxy(const std::string& address) const { return proxies_.contain(address); }
  bool trusts(const std::string& address) const { return everybody_ || trusted_.contain(address); }

  net::Rates& rates() { return rates_; }

 private:
  bool may_connect(const std::string& address) const;

  bool everybody_ = false;
  Networks trusted_;
  Networks proxies_;
  std::uint64_t most_ = 0;  // connections of a source, a minute
  net::Rates rates_;
  net::Rates::What what_ = net::Rates::What::connections;
  bool counted_ = false;  // this connection, by the loop
};

/// To one over a limit: what the accept loop would have told it.
base::Result<void> turn_away(const Caller& caller, const net::AcceptLimits& limits);

}  // namespace serve

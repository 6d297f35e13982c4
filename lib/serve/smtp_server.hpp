// An SMTP conversation on a wire, its messages into the spool.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "net/peer.hpp"
#include "net/ucspi_tls.hpp"
#include "net/wire.hpp"
#include "serve/dns_checks.hpp"
#include "serve/filter_chain.hpp"
#include "serve/login.hpp"
#include "smtp/server.hpp"

namespace serve {

struct Reception {
  smtp::ServerConfig server;
  std::string spool;
  std::string memory = {};  // the directory of what is remembered about strangers; empty: nothing is
  net::Peer peer;
  std::size_t max_hops = 100;   // Received fields, RFC 5321 section 6.3
  std::uint64_t seconds = 300;  // for a message, and one more for every hundred octets of it
  bool greeted = false;         // the client has been, before this process was made
  std::uint64_t tarpit = 0;     // seconds that an error reply waits at most; each waits longer than the last
  const DnsChecks* dns = nullptr;  // what is known about the client
  FilterChain* filters = nullptr;  // what messages go through before they are stored
  /// Who checks logins, and begins TLS where it can be had; nobody may log in without one.
  const Gate* gate = nullptr;
  std::optional<net::UcspiTls> tls = {};  // where TLS can be had
};

/// `confine` is called when the greeting is out, as it takes a while, and before anything is read. Until the
/// client quits, is silent too long, or goes away. 250 is only said after the spool's commit.
base::Result<int> receive(net::Wire& wire, const Reception& reception, const smtp::Policy& policy,
                          const std::function<base::Result<void>()>& confine);

}  // namespace serve

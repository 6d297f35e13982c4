// The port behind which the DNS is: what checks and deliveries ask through. The real one talks to a
// resolve(1) process (serve/resolver_helper.hpp); tests have one with answers of their own.
#pragma once

#include <cstdint>
#include <string>

#include "net/dns_line.hpp"

namespace net {

class Resolver {
 public:
  using Ticket = std::uint64_t;

  virtual ~Resolver() = default;

  /// Asks, and does not wait. A type ptr wants an address in place of a name.
  virtual Ticket ask(RecordType type, const std::string& name) = 0;

  /// The answer, once for each ticket; waits for it, within bounds that are the implementation's: behind them
  /// it is Answer::Outcome::failure.
  virtual Answer wait(Ticket ticket) = 0;

  Answer look_up(RecordType type, const std::string& name) { return wait(ask(type, name)); }
};

}  // namespace net

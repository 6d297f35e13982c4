// Who takes the mail for a destination: the question behind which the search (the DNS, the routes) stands.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/next_hop.hpp"

namespace serve {

/// Where a group of recipients goes. Those of one destination share transactions.
struct Destination {
  enum class Kind {
    domain,  // `name` is a domain in lower case, as it stands behind the @
    route,   // `name` is smtp::to_string() of a route
  };
  Kind kind = Kind::domain;
  std::string name;
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

class Exchangers {
 public:
  virtual ~Exchangers() = default;

  /// The hosts for it, the first to be tried first; never none. Errors: Exit::no_host there is no such domain
  /// (5.1.2), Exit::unavailable it takes no mail (5.1.10), Exit::protocol the search leads back here (5.4.6):
  /// these are for good. Any other: not known now (4.4.3).
  virtual base::Result<std::vector<NextHop>> find(const std::string& destination) = 0;

  /// Before find() is called in a process that may start no other, by one that may: its parent.
  virtual void prepare() {}
  /// What that process must keep open.
  virtual std::vector<int> descriptors() const { return {}; }
};

}  // namespace serve

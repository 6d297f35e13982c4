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

/// How a session with a host went, in the words of reports (RFC 8460 section 4.3).
struct TlsOutcome {
  std::string failure = {};  // empty: encrypted, and the host is who it should be where that was asked for
  std::string reason = {};   // for a person
  std::string sender = {};   // our address
  std::string address = {};  // the host's
};

class Exchangers {
 public:
  virtual ~Exchangers() = default;

  /// The hosts for it, the first to be tried first; never none. Errors: Exit::no_host there is no such domain
  /// (5.1.2), Exit::unavailable it takes no mail (5.1.10), Exit::protocol the search leads back here (5.4.6):
  /// these are for good. Exit::not_permitted: its policy allows none of its hosts now (4.7.5). Any other: not
  /// known now (4.4.3).
  virtual base::Result<std::vector<NextHop>> find(const std::string& destination) = 0;

  /// The same, as if the domain had said nothing of its TLS (RFC 8689 section 4.2.2).
  virtual base::Result<std::vector<NextHop>> find_whatever_policy(const std::string& destination) {
    return find(destination);
  }

  /// The TLSA records of a host that a route names, which wants them; without them nothing goes there. An
  /// error: they are not known now.
  virtual base::Result<void> add_tlsa(NextHop&) { return {}; }

  /// What came of a host that was found.
  virtual void told(const NextHop&, const TlsOutcome&) {}

  /// Before find() is called in a process that may start no other, by one that may: its parent.
  virtual void prepare() {}
  /// What it must keep open.
  virtual std::vector<int> descriptors() const { return {}; }

  /// The files that its hops may name, which are public: they are read before that process is confined.
  virtual std::vector<std::string> files() const { return {}; }
};

}  // namespace serve

// The port behind which the MTA-STS policies of other domains are: fetched by a process that may talk HTTPS
// and keep files.
#pragma once

#include "net/mta_sts_line.hpp"

namespace serve {

class StsPolicies {
 public:
  virtual ~StsPolicies() = default;
  /// The policy that is known under this identifier, else one fetched now; where that cannot be, one that was
  /// known before and is not too old (RFC 8461 section 5.1).
  virtual net::StsAnswer find(const net::StsQuestion& question) = 0;
};

}  // namespace serve

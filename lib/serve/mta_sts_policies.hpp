// The port behind which the MTA-STS policies of other domains are: fetched by a process that may talk HTTPS
// and keep files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/mta_sts.hpp"

namespace serve {

struct StsQuestion {
  std::string domain;                       // lower case, ASCII
  std::string id = {};                      // of the record in the DNS; empty: there is none, or nobody knows
  std::vector<std::string> addresses = {};  // of mta-sts.DOMAIN
};

struct StsAnswer {
  std::optional<net::StsPolicy> policy = {};  // that holds now; nothing: none does
  std::string text = {};                      // of the policy, as it was fetched
  std::string trouble = {};  // why none could be fetched, as reports call it (RFC 8460 section 4.3.2)
};

class StsPolicies {
 public:
  virtual ~StsPolicies() = default;
  /// The policy that is known under this identifier, else one fetched now; where that cannot be, one that was
  /// known before and is not too old (RFC 8461 section 5.1).
  virtual StsAnswer find(const StsQuestion& question) = 0;
};

}  // namespace serve

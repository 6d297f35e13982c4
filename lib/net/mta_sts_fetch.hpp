// One HTTPS request for the MTA-STS policy of a domain (RFC 8461 section 3.3), by libcurl.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace net {

struct StsFetchTerms {
  std::string authorities = {};  // file with the certificates to trust; empty: the system's
  long seconds = 20;             // for all of it
};

/// The text at https://mta-sts.DOMAIN/.well-known/mta-sts.txt: 200 and text/plain, at most sts_policy_limit
/// octets, no redirect followed, no proxy asked. With `addresses` nobody else is connected to. Exit::data:
/// what came is no policy; Exit::not_permitted: the certificate is not good for the host; anything else:
/// nothing could be fetched.
base::Result<std::string> fetch_sts_policy(const std::string& domain,
                                           const std::vector<std::string>& addresses,
                                           const StsFetchTerms& terms);

/// Reads what the library needs from files: to be called before they cannot be opened any more.
void prepare_sts_fetch();

}  // namespace net

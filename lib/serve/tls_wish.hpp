// What the sender of a message wants of TLS on its way (RFC 8689), and what that makes of the hosts of a
// domain.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/exchangers.hpp"
#include "smtp/parameter.hpp"
#include "spool/queue.hpp"

namespace serve {

enum class TlsWish {
  usual,
  required,  // REQUIRETLS: no host but one that is known to be the right one
  none       // TLS-Required: No: rather delivered than protected
};

/// The parameter comes before the field of the header (section 4.1).
TlsWish wish_of(const spool::Message& message, const smtp::MailParameters& parameters);

/// The hosts of a domain; of REQUIRETLS those that may show who they are must, and the others will be no
/// good.
base::Result<std::vector<NextHop>> find_as_wished(Exchangers& domains, const std::string& domain,
                                                  TlsWish wish);

}  // namespace serve

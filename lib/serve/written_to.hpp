// Which address the sender of a copy has written to, for what is told of it behind an alias.
#pragma once

#include <string>

#include "serve/account_policy.hpp"
#include "spool/queue.hpp"

namespace serve {

/// The parameters of its RCPT with an ORCPT, so that a report speaks of the address that the sender wrote to
/// (RFC 3461 section 5.2.1).
std::string with_original(const spool::Recipient& recipient);

/// For RECIPIENT and Delivered-To: the recipient's address, and of one behind an alias the address that led
/// there. That one is in ORCPT, which anybody may write: where it does not lead to this recipient, as with a
/// member of a list, it is the name of the alias or the user at this host.
std::string written_to(const spool::Envelope& envelope, const std::string& address,
                       const AccountPolicy* policy, const std::string& hostname);

}  // namespace serve

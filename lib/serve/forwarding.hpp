// A message for an alias, sent on to everybody behind it.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/account_policy.hpp"
#include "serve/addresses.hpp"
#include "serve/attempt.hpp"
#include "spool/queue.hpp"

namespace serve {

struct AliasRecipient {
  std::string parameters;  // of its RCPT
  Expansion who;
};

/// Queues copies for all of them, at most a thousand recipients a message, each recipient once; they are in
/// the queue when this returns; nobody in `named` (as an Expansion names him) but as the member of a list.
/// Nothing for no alias. What came of each alias: a mailing list may refuse the message.
///
/// Who is alone behind a plain alias takes over what the sender asked; of several he is told of failures, not
/// of success: that was the alias's (RFC 3461 section 5.2.7). What goes to other domains has the sender
/// rewritten, where it is to be. A mailing list's owner is the sender of its copies, and nothing that the
/// poster asked goes with them (section 5.2.7.3).
base::Result<std::vector<Attempt>> send_on(const std::string& spool, const AccountPolicy& policy,
                                           const spool::Message& message,
                                           std::span<const AliasRecipient> aliases,
                                           std::set<std::string> named = {});

/// Queues a copy for these recipients of the message, as old as it is and with all that is noted of it: it is
/// in the queue when this returns.
base::Result<void> set_apart(const std::string& spool, const spool::Message& message,
                             std::span<const std::size_t> recipients);

/// The parameters of RCPT for several who stand in the place of one with such ones: of their success nobody
/// is told. What a hand has changed in the spool asks for nothing.
std::string inherited(const std::string& parameters);

/// The parameters of MAIL for a copy that is queued at `now` (seconds since 1970) of a message with such
/// ones: of the time that its sender gave it (RFC 2852), what is left.
std::string with_time_left(const std::string& parameters, std::uint64_t received, std::uint64_t now);

}  // namespace serve

// A message to a program, file or Maildir that an alias names: it belongs to no user, so a user of the site's
// own (alias-user) does it, in a process for each.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "proc/become.hpp"
#include "serve/attempt.hpp"
#include "serve/helper_answer.hpp"
#include "smtp/dot_forward.hpp"
#include "spool/queue.hpp"

namespace serve {

struct PlaceDelivery {
  std::string hostname;
  std::optional<proc::Identity> user = {};  // nobody: who this process is, unless that is root
  std::chrono::seconds limit{1000};         // for a program that hangs
  std::uint64_t max_hops = 100;             // hosts and mailboxes that a message may go through
  WhenSlow when_slow = {};                  // while a program is waited for
};

/// `recipient`: the address that the sender wrote to. An error is about this host; where nobody but root
/// could do it, it is deferred.
base::Result<Attempt> deliver_to_place(const PlaceDelivery& how, const smtp::Target& place,
                                       const spool::Message& message, const std::string& recipient);

}  // namespace serve

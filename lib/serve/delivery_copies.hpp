// Which recipients of one message are one mailbox here, however they are named: it gets one copy, and what
// comes of that is what comes of all of them.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "serve/account_policy.hpp"
#include "spool/envelope.hpp"

namespace serve {

class Copies {
 public:
  /// What stands behind an extension is a mailbox of its own, and the characters of `subaddress` begin one.
  Copies(const AccountPolicy& policy, const spool::Envelope& envelope, const std::string& subaddress);

  /// The copy goes to another one of the same mailbox.
  bool is_spare(std::size_t recipient) const { return spare_.contains(recipient); }
  /// Those whose copy is this one's.
  const std::vector<std::size_t>& spare_for(std::size_t recipient) const;
  /// One of the same mailbox has it already.
  bool is_done(std::size_t recipient) const { return done_.contains(recipient); }

  /// Who has this message or gets it himself, as an Expansion names him: users, addresses and lists.
  const std::set<std::string>& named() const { return named_; }

 private:
  std::map<std::size_t, std::vector<std::size_t>> spares_;  // by whose copy is theirs
  std::set<std::size_t> spare_, done_;
  std::set<std::string> named_;
};

}  // namespace serve

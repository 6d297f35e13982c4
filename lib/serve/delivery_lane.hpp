// Whom an address of this host means, and in whose line (serve/lines.hpp) his mail is delivered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/account_policy.hpp"
#include "spool/envelope.hpp"

namespace serve {

/// Lines in which others are to have their turns, each once.
using Lanes = std::vector<std::string>;

/// A message's turn in the line of one of its recipients. What may take as long as a user likes, his programs
/// above all, is done in the line of his errands alone, and other hosts are talked to in no line of this one,
/// so that they hold nobody else's mail.
struct Lane {
  std::string line;
  bool alone = false;  // everybody else has had his turn, or has it in a line behind this one
  Lanes behind = {};
};

/// Of an address, or of the name of a place that aliases name. What stands behind an alias, or a program that
/// is one, has a line of its own, too.
std::string lane_of(const AccountPolicy& policy, const std::string& address);

/// For messages that others get as well: what hangs in the line itself does not hold them.
std::string shared_lane(const std::string& lane);

/// One user, or those behind an alias.
struct Whom {
  Expansion who;
  std::optional<std::string> user;
};
Whom whom(const AccountPolicy& policy, const spool::Envelope& envelope, const std::string& address);

}  // namespace serve

// What a user's instructions say, carried out for one message by the user himself.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/letter.hpp"
#include "serve/local_report.hpp"
#include "serve/mailbox.hpp"
#include "smtp/dot_forward.hpp"

namespace serve {

struct ErrandRules {
  MailboxRules mailbox = {};
  std::function<bool(std::string_view domain)> is_local = {};  // where the user's name is the user's
  unsigned program_seconds = 300;                              // for all programs of one message
  bool goes_on =
      true;  // behind a target that is to be tried later: what is done is remembered, and not repeated
};

/// Names a target in reports: the same for the same words, whatever stands around them.
std::string part_of(const smtp::Target& target);

/// Each target once, in order, but for those in `done`; a program that ends with 99 is the last. Addresses
/// are handed back, not sent to; the user's own, and the one that the message
/// has come by, are the mailbox. The worst fate of a target is that of the
/// message: later, then failed. No targets: the mailbox.
LocalReport carry_out(const std::vector<smtp::Target>& targets, const Letter& letter,
                      const ErrandRules& rules, const std::vector<std::string>& done);

/// The same for what the files of the home say.
LocalReport follow_home(const Letter& letter, const ErrandRules& rules, const std::vector<std::string>& done);

}  // namespace serve

// What becomes of a message for a mailing list of the small kind: an alias NAME with an alias owner-NAME.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "smtp/lists.hpp"

namespace serve {

struct MailingList {
  std::string key;      // of the alias
  std::string address;  // of the list
  std::string owner;    // the reverse-path of what it distributes
  smtp::ListSettings settings = {};
};

enum class Posting {
  distribute,
  to_owner,  // what programs answer to a message of the list, and bounces: never for the members
  looping,   // it has been distributed by this list before
};

/// `head`: the header. `sender`: empty for the null reverse-path.
Posting judge_posting(const MailingList& list, std::string_view head, std::string_view sender);

/// The header as the members get it: fields of the list in front, those of another list replaced (RFC 2369
/// section 4), all others as they were, so that signatures stay good. `Delivered-To` is what a loop is found
/// by when another list has replaced the List-Id; `Precedence: list` keeps old autoresponders silent. LF line
/// ends; neither has the empty line.
std::string list_head(const MailingList& list, std::string_view head);

}  // namespace serve

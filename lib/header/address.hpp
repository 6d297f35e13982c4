// Address lists of From, To, Cc and the like (RFC 5322 section 3.4, obsolete forms of 4.4). Forgiving: what
// cannot be understood is skipped up to the next comma; parsing never fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace header {

struct Address {
  enum class Kind { mailbox, group_start, group_end };
  Kind kind = Kind::mailbox;
  std::string name;   // display name or the group's, quotes undone, encoded words kept; else the last comment
  std::string route;  // obsolete source route "@a,@b"; mostly empty
  std::string local;  // quotes undone
  std::string domain;  // as written; empty: a local name without a domain
  friend bool operator==(const Address&, const Address&) = default;
};

/// At most `limit` addresses and group marks: enough for who only shows them; who sends to them gives
/// SIZE_MAX.
std::vector<Address> parse_addresses(std::string_view body, std::size_t limit = 10'000);

/// `local@domain` as SMTP writes it: the local part in quotes where it must be. Empty for group marks.
std::string to_mailbox(const Address& address);

}  // namespace header

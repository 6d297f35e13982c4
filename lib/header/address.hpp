// Address lists of From, To, Cc and the like (RFC 5322 section 3.4, obsolete forms of 4.4). Forgiving: what
// cannot be understood is skipped up to the next comma; parsing never fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule no_address{"no-address", "the field holds no address", "RFC 5322 3.4",
                                       base::Harm::damage};
inline constexpr base::Rule empty_element{"empty-element", "nothing stands between two commas",
                                          "RFC 5322 4.4"};
inline constexpr base::Rule missing_domain{"missing-domain", "an address has no domain", "RFC 5322 3.4.1"};
inline constexpr base::Rule missing_local{"missing-local", "an address has nothing before its '@'",
                                          "RFC 5322 3.4.1", base::Harm::damage};
inline constexpr base::Rule missing_comma{"missing-comma", "two addresses stand there without a comma",
                                          "RFC 5322 3.4", base::Harm::ambiguous};
inline constexpr base::Rule missing_angle{"missing-angle", "an address behind a name has no angle brackets",
                                          "RFC 5322 3.4", base::Harm::ambiguous};
inline constexpr base::Rule open_angle{"open-angle", "an address has no closing angle bracket",
                                       "RFC 5322 3.4", base::Harm::ambiguous};
inline constexpr base::Rule open_literal{"open-literal", "a domain literal has no closing bracket",
                                         "RFC 5322 3.4.1", base::Harm::ambiguous};
inline constexpr base::Rule open_group{"open-group", "a group has no closing semicolon", "RFC 5322 3.4"};
inline constexpr base::Rule nested_group{"nested-group", "a colon that begins no group", "RFC 5322 3.4",
                                         base::Harm::ambiguous};
inline constexpr base::Rule stray_semicolon{"stray-semicolon", "a semicolon that ends no group",
                                            "RFC 5322 3.4"};
inline constexpr base::Rule source_route{"source-route", "an address has a route", "RFC 5322 4.4"};
inline constexpr base::Rule two_ats{"two-ats", "an address has two '@'", "RFC 5322 3.4.1",
                                    base::Harm::ambiguous};
inline constexpr base::Rule address_as_name{"address-as-name", "a name that is not quoted holds an '@'",
                                            "RFC 5322 3.4", base::Harm::ambiguous};
inline constexpr base::Rule blank_in_address{"blank-in-address", "an address has blanks or comments inside",
                                             "RFC 5322 4.4"};
inline constexpr base::Rule words_after_address{"words-after-address", "words follow an address",
                                                "RFC 5322 3.4", base::Harm::ambiguous};
inline constexpr base::Rule bad_dots{"bad-dots", "a dot at an end of an address or beside another",
                                     "RFC 5322 3.2.3"};
inline constexpr base::Rule bad_domain{"bad-domain", "a domain has characters that no domain has",
                                       "RFC 5322 3.4.1", base::Harm::ambiguous};
inline constexpr base::Rule too_many_addresses{
    "too-many-addresses", "addresses behind the first 10000 are not read", "RFC 5322 2.1.1"};

struct Address {
  enum class Kind { mailbox, group_start, group_end };
  Kind kind = Kind::mailbox;
  std::string name;    // display name or the group's, quotes undone, encoded words kept; else the comments
  std::string route;   // obsolete source route "@a,@b"; mostly empty
  std::string local;   // quotes undone
  std::string domain;  // as written; empty: a local name without a domain
  std::string comment = {};  // all comments in and around it, a blank between two
  friend bool operator==(const Address&, const Address&) = default;
};

/// At most `limit` addresses and group marks: enough for who only shows them; who sends to them gives
/// SIZE_MAX.
std::vector<Address> parse_addresses(std::string_view body, std::size_t limit = 10'000,
                                     base::Defects* defects = nullptr);

/// `local@domain` as SMTP writes it: the local part in quotes where it must be. Empty for group marks.
std::string to_mailbox(const Address& address);

}  // namespace header

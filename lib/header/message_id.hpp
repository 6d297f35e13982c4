// The identifiers of Message-ID, In-Reply-To, References, Resent-Message-ID and Content-ID (RFC 5322 section
// 3.6.4, obsolete forms of 4.5.4).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule bare_id{"bare-id", "an identifier has no angle brackets", "RFC 5322 3.6.4"};
inline constexpr base::Rule open_id{"open-id", "an identifier has no closing angle bracket", "RFC 5322 3.6.4",
                                    base::Harm::ambiguous};
inline constexpr base::Rule empty_id{"empty-id", "there is no identifier", "RFC 5322 3.6.4",
                                     base::Harm::damage};
inline constexpr base::Rule id_without_at{"id-without-at", "an identifier has no '@' with text at both sides",
                                          "RFC 5322 3.6.4"};
inline constexpr base::Rule blank_in_id{"blank-in-id", "an identifier has blanks or comments inside",
                                        "RFC 5322 4.5.4"};
inline constexpr base::Rule phrase_in_ids{"phrase-in-ids", "there are words between the identifiers",
                                          "RFC 5322 4.5.4"};
inline constexpr base::Rule too_many_ids{"too-many-ids", "identifiers behind the first 10000 are not read",
                                         "RFC 5322 3.6.4"};

/// The identifiers in order, without brackets, blanks and comments, as they were written else. In a text that
/// has no brackets at all each word with an '@' is one, or the only word there is.
std::vector<std::string> parse_message_ids(std::string_view text, base::Defects* defects = nullptr,
                                           std::size_t limit = 10'000);

}  // namespace header

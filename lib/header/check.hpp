// Everything that is wrong with a header: its fields, which of them there must and must not be, and what each
// of them says.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule missing_from{"missing-from", "there is no From", "RFC 5322 3.6"};
inline constexpr base::Rule missing_date{"missing-date", "there is no Date", "RFC 5322 3.6"};
inline constexpr base::Rule missing_sender{
    "missing-sender", "From names several people, and there is no Sender", "RFC 5322 3.6.2"};
inline constexpr base::Rule many_senders{"many-senders", "Sender does not hold exactly one address",
                                         "RFC 5322 3.6.2", base::Harm::ambiguous};
inline constexpr base::Rule many_ids{"many-ids", "Message-ID holds several identifiers", "RFC 5322 3.6.4",
                                     base::Harm::ambiguous};
inline constexpr base::Rule repeated_field{"repeated-field", "a field that may be there once is there again",
                                           "RFC 5322 3.6", base::Harm::ambiguous};
inline constexpr base::Rule missing_mime_version{
    "missing-mime-version", "fields of MIME without a MIME-Version", "RFC 2045 4", base::Harm::ambiguous};
inline constexpr base::Rule bad_mime_version{"bad-mime-version", "the version of MIME is not 1.0",
                                             "RFC 2045 4", base::Harm::ambiguous};
inline constexpr base::Rule long_header{
    "long-header", "the header is longer than a mebibyte, and many refuse it", "RFC 5322 2.1.1"};
inline constexpr base::Rule too_many_fields{"too-many-fields", "fields behind the first 100000 are not read",
                                            "RFC 5322 3.6", base::Harm::damage};

/// What other rooms know about fields that this one does not read.
struct FieldCheck {
  std::string_view name;
  void (*check)(std::string_view body, base::Defects& defects) = nullptr;
};

enum class HeaderOf { message, part };  // a part of a message may lack From, Date and MIME-Version

/// `head` ends at its empty line at the latest; offsets count from its start. What one field says breaks each
/// rule at most ten times.
void check_header(std::string_view head, base::Defects& defects, std::span<const FieldCheck> more = {},
                  HeaderOf what = HeaderOf::message);

}  // namespace header

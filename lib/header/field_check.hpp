// What is wrong with the octets of one field, whatever it means (RFC 5322 section 2.2, RFC 6532).
#pragma once

#include <cstddef>

#include "base/defect.hpp"
#include "header/field.hpp"

namespace header {

inline constexpr base::Rule not_a_field{"not-a-field", "a line of the header is no field", "RFC 5322 2.2",
                                        base::Harm::ambiguous};
inline constexpr base::Rule mbox_line{"mbox-line", "the header begins with the \"From \" line of a mailbox",
                                      "RFC 5322 2.2"};
inline constexpr base::Rule blank_before_colon{"blank-before-colon", "blanks between a name and its colon",
                                               "RFC 5322 4.5", base::Harm::ambiguous};
inline constexpr base::Rule long_line{"long-line", "a line of the header is longer than 998 octets",
                                      "RFC 5322 2.1.1"};
inline constexpr base::Rule blank_fold{"blank-fold", "a folded field has a line of blanks only",
                                       "RFC 5322 4.2", base::Harm::ambiguous};
inline constexpr base::Rule header_nul{"header-nul", "a NUL in the header", "RFC 5322 4.1",
                                       base::Harm::ambiguous};
inline constexpr base::Rule header_bare_cr{"header-bare-cr", "a CR without LF in the header", "RFC 5322 2.2",
                                           base::Harm::ambiguous};
inline constexpr base::Rule header_control{"header-control", "a control character in the header",
                                           "RFC 5322 4.1"};
inline constexpr base::Rule raw_utf8{"raw-utf8", "UTF-8 in the header that is not encoded", "RFC 6532 3.2"};
inline constexpr base::Rule raw_8bit{"raw-8bit", "octets in the header that are neither ASCII nor UTF-8",
                                     "RFC 6532 3.1", base::Harm::damage};

/// Each rule at most once for the field; `offset` of the field in the text that the defects are told of.
void check_field(const Field& field, std::size_t offset, base::Defects& defects);

}  // namespace header

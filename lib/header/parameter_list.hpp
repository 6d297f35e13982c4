// `; name=value` pairs as they are written (RFC 2045 section 5.1), nothing decoded but quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/defect.hpp"
#include "base/scanner.hpp"

namespace header {

inline constexpr base::Rule missing_semicolon{"missing-semicolon", "a parameter has no semicolon before it",
                                              "RFC 2045 5.1", base::Harm::ambiguous};
inline constexpr base::Rule empty_parameter{"empty-parameter", "a semicolon that no parameter follows",
                                            "RFC 2045 5.1"};
inline constexpr base::Rule missing_value{"missing-value", "a parameter has no name or no value",
                                          "RFC 2045 5.1", base::Harm::damage};
inline constexpr base::Rule unquoted_value{"unquoted-value", "a value that needs quotes has none",
                                           "RFC 2045 5.1", base::Harm::ambiguous};
inline constexpr base::Rule text_after_value{"text-after-value", "text between a value and the semicolon",
                                             "RFC 2045 5.1", base::Harm::ambiguous};
inline constexpr base::Rule too_many_parameters{"too-many-parameters",
                                                "parameters behind the first 1000 are not read",
                                                "RFC 2045 5.1", base::Harm::damage};

/// Names in lower case, values without quotes.
using RawParameters = std::vector<std::pair<std::string, std::string>>;

/// A character of a token; wider than the grammar, as raw 8-bit is.
bool is_parameter_token(char c);

/// All up to the end of the text, at most `limit`.
RawParameters take_parameters(base::Scanner& in, std::size_t limit, base::Defects* defects = nullptr);

}  // namespace header

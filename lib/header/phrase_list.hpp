// Lists of words between commas: Keywords (RFC 5322 section 3.6.5) and what is written like it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule too_many_phrases{"too-many-phrases",
                                             "phrases behind the first 10000 are not read", "RFC 5322 3.6.5"};

/// The phrases as UTF-8, each on one line, single blanks between words; empty ones are left out.
std::vector<std::string> parse_phrases(std::string_view text, base::Defects* defects = nullptr,
                                       std::size_t limit = 10'000);

}  // namespace header

// What stands between and around the tokens of a structured field: blanks, comments and quoted strings
// (RFC 5322 sections 3.2.2 and 3.2.4). One that never ends goes on to the end of the text. Nothing recurses.
#pragma once

#include <string>
#include <string_view>

#include "base/defect.hpp"
#include "base/scanner.hpp"

namespace header {

inline constexpr base::Rule open_comment{"open-comment", "a comment has no closing parenthesis",
                                         "RFC 5322 3.2.2", base::Harm::ambiguous};
inline constexpr base::Rule open_quote{"open-quote", "a quoted string has no closing quote", "RFC 5322 3.2.4",
                                       base::Harm::ambiguous};

/// True also for the line ends of folds.
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// What the quotes hold, backslashes and line ends undone; the cursor is behind the opening quote.
std::string take_quoted(base::Scanner& in, base::Defects* defects = nullptr);

/// What the parentheses hold, with the comments inside; the cursor is behind the opening one.
std::string take_comment(base::Scanner& in, base::Defects* defects = nullptr);

/// Moves over blanks and comments. False: a comment has no end, so nothing is left.
bool skip_cfws(base::Scanner& in, base::Defects* defects = nullptr);

}  // namespace header

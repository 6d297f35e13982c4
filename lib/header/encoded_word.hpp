// Text in any language in a header (RFC 2047). Reading never fails; writing is UTF-8 in words that never
// split a character, so that every reader can decode each word alone.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "header/folding.hpp"

namespace header {

/// The value of a field, unfolded, as UTF-8 on one line: CR, LF and NUL that words bring in become blanks.
/// Also takes what programs write against the rules: words in quotes or without blanks around, blanks inside,
/// characters split between words, raw 8-bit text. A word in an unknown charset stays as it is.
std::string decode_words(std::string_view body);

/// UTF-8 text as unstructured text (Subject). Octets that are not UTF-8 become U+FFFD, control characters
/// blanks.
void put_text(FieldWriter& field, std::string_view text);
std::string text_field(std::string_view name, std::string_view text);

/// A display name as a phrase (RFC 5322 section 3.2.5): atoms, a quoted string or encoded words.
void put_phrase(FieldWriter& field, std::string_view text);

/// Encoded words separated by single blanks, each at most `width` columns wide (at least 24).
std::string encode_words(std::string_view text, std::size_t width = FieldWriter::columns - 1);

/// Valid UTF-8 on one line, with nothing a header cannot hold.
std::string one_line(std::string_view text);

}  // namespace header

// Writing text in any language into a field (RFC 2047): UTF-8 in words that never split a character, so that
// every reader can decode each word alone, or as it is (RFC 6532).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "header/folding.hpp"

namespace header {

/// How text that is not ASCII is written.
enum class Form {
  ascii,  // in encoded words
  utf8,   // as it is (RFC 6532): for a message that goes only where SMTPUTF8 is known
};

/// UTF-8 text as unstructured text (Subject). Octets that are not UTF-8 become U+FFFD, control characters
/// blanks.
void put_text(FieldWriter& field, std::string_view text, Form form = Form::ascii);
std::string text_field(std::string_view name, std::string_view text, Form form = Form::ascii);

/// A display name as a phrase (RFC 5322 section 3.2.5): atoms, a quoted string or encoded words.
void put_phrase(FieldWriter& field, std::string_view text, Form form = Form::ascii);

/// Encoded words separated by single blanks, each at most `width` columns wide (at least 24).
std::string encode_words(std::string_view text, std::size_t width = FieldWriter::columns - 1);

/// Valid UTF-8 on one line, with nothing a header cannot hold.
std::string one_line(std::string_view text);

}  // namespace header

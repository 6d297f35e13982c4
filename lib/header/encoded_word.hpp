// Text in any language in a header (RFC 2047). Reading never fails; for writing see header/text_writer.hpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/defect.hpp"
#include "header/text_writer.hpp"

namespace header {

/// The value of a field, unfolded, as UTF-8 on one line: CR, LF and NUL that words bring in become blanks.
/// Also takes what programs write against the rules: words in quotes or without blanks around, blanks inside,
/// characters split between words, raw 8-bit text. A word in an unknown charset stays as it is. Reads the
/// first 1.5 MiB; the defects are those of unstructured text (header/encoded_word_check.hpp).
std::string decode_words(std::string_view body, base::Defects* defects = nullptr);

struct EncodedWord {
  std::string_view charset;
  std::string_view language;  // RFC 2231 section 5; empty: not said
  bool base64 = false;
  std::string_view text;
  std::size_t length = 0;  // of the whole word as written
};

/// The word at the start of `text`, which begins with "=?". `no_end`: it lacks nothing but its end.
std::optional<EncodedWord> take_word(std::string_view text, bool& no_end);

/// What the word's text stands for, in the word's charset.
std::string octets(const EncodedWord& word);

}  // namespace header

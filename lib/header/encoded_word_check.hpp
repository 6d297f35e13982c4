// What is wrong with the encoded words of a field (RFC 2047).
#pragma once

#include <string_view>

#include "base/defect.hpp"

namespace header {

inline constexpr base::Rule unknown_charset{"unknown-charset", "the charset of an encoded word is not known",
                                            "RFC 2047 2", base::Harm::damage};
inline constexpr base::Rule bad_word_base64{"bad-word-base64", "the base64 of an encoded word is broken",
                                            "RFC 2047 4.1", base::Harm::damage};
inline constexpr base::Rule bad_word_q{"bad-word-q", "an encoded word holds what Q must encode",
                                       "RFC 2047 4.2", base::Harm::ambiguous};
inline constexpr base::Rule blank_in_word{"blank-in-word", "an encoded word has blanks inside", "RFC 2047 2",
                                          base::Harm::ambiguous};
inline constexpr base::Rule long_word{"long-word", "an encoded word is longer than 75 characters",
                                      "RFC 2047 2"};
inline constexpr base::Rule open_word{"open-word", "an encoded word has no end", "RFC 2047 2",
                                      base::Harm::ambiguous};
inline constexpr base::Rule split_character{
    "split-character", "a character is split between two encoded words", "RFC 2047 5", base::Harm::ambiguous};
inline constexpr base::Rule bad_word_text{"bad-word-text",
                                          "an encoded word holds octets that are not of its charset",
                                          "RFC 2047 5", base::Harm::damage};
inline constexpr base::Rule word_in_quotes{"word-in-quotes", "an encoded word in a quoted string",
                                           "RFC 2047 5", base::Harm::ambiguous};
inline constexpr base::Rule word_beside_text{"word-beside-text",
                                             "no blank parts an encoded word from its neighbour",
                                             "RFC 2047 5", base::Harm::ambiguous};

enum class WordPlace {
  text,        // unstructured fields
  structured,  // fields with quoted strings and comments
};

void check_words(std::string_view body, WordPlace place, base::Defects& defects);

}  // namespace header

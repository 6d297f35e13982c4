// Flags of a message: the five that Maildir keeps in the file name, and keywords, which only the index knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace maildir {

enum Flag : unsigned { seen = 1, answered = 2, flagged = 4, deleted = 8, draft = 16 };

struct Flags {
  unsigned system = 0;                // Flag values
  std::vector<std::string> keywords;  // IMAP atoms, sorted, none twice
  friend bool operator==(const Flags&, const Flags&) = default;
};

// Of one message.
constexpr std::size_t keywords_limit = 64;
constexpr std::size_t keyword_limit = 128;  // octets

/// Whether the index can hold them. Exit::unavailable: more or longer keywords than the limits; Exit::data: a
/// keyword that is no atom.
base::Result<void> check_keywords(const std::vector<std::string>& keywords);

/// The letters behind ":2," that stand for `system`, in ASCII order; other letters of `before` (P, a to z)
/// stay.
std::string to_letters(unsigned system, std::string_view before);
unsigned from_letters(std::string_view letters);

/// One word for the index: letters and, each behind a '%', keywords ("FS%$Junk"); "-" for none.
std::string to_word(const Flags& flags);
Flags from_word(std::string_view word);

/// The letters of a file name ("name:2,FS" has "FS").
std::string_view letters_of(std::string_view file_name);

}  // namespace maildir

// What SEARCH may ask for (RFC 3501 section 6.4.4), as a tree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "imap/lexer.hpp"
#include "imap/mailbox.hpp"
#include "imap/sequence_set.hpp"

namespace imap {

struct SearchKey {
  enum class Kind {
    all_of,   // every child; none: ALL
    any_of,   // OR
    none_of,  // NOT
    flag,     // a system flag is set
    keyword,  // `text` is set
    recent,
    before,
    on,
    since,  // internal date
    sent_before,
    sent_on,
    sent_since,  // the Date field
    larger,
    smaller,  // number
    header,   // field `field` holds `text`; an empty text: the field is there
    body,
    text,
    sequence,
    uid
  };
  Kind kind = Kind::all_of;
  std::vector<SearchKey> children;
  unsigned flag = 0;
  std::int64_t number = 0;  // octets, or days since 1970
  std::string field;
  std::string text;  // UTF-8, its ASCII letters in lower case
  SequenceSet set;
};

/// `[CHARSET name] key...`, at most 1000 keys, 32 of them BODY or TEXT, 50 inside one another. A charset that
/// is not known: Exit::unavailable.
base::Result<SearchKey> parse_search_program(Lexer& in);

}  // namespace imap

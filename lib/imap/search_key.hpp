// What SEARCH may ask for (RFC 3501 section 6.4.4, RFC 5032, 5182, 7162, 8474, 8514, 9738), as a tree.
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
    older,
    younger,  // internal date, seconds before now
    saved_before,
    saved_on,
    saved_since,  // the day it came into this mailbox
    modseq,       // at least `number`
    uid_after,
    uid_before,  // `number`
    sent_before,
    sent_on,
    sent_since,  // the Date field
    larger,
    smaller,  // number
    header,   // field `field` holds `text`; an empty text: the field is there
    body,
    text,
    email_id,
    thread_id,  // `text`
    sequence,
    uid
  };
  Kind kind = Kind::all_of;
  std::vector<SearchKey> children = {};
  unsigned flag = 0;
  std::int64_t number = 0;  // octets, or days since 1970
  std::string field;
  // UTF-8, its ASCII letters in lower case; of fields that a Gist has, codec::casemap() was over it; of
  // identifiers, as it came.
  std::string text;
  SequenceSet set;  // `$` is always of UIDs

  /// Whether any key of the tree is of that kind.
  bool holds(Kind wanted) const;

  /// The keys about numbers and UIDs alone that all that it finds has to meet.
  SearchKey of_numbers() const;
};

/// At most 1000 keys, 32 of them BODY or TEXT, 50 inside one another, in a charset that was named before them
/// or else ASCII and UTF-8; one that codec::to_utf8 knows.
base::Result<SearchKey> parse_search_keys(Lexer& in, const std::string& charset = {});

}  // namespace imap

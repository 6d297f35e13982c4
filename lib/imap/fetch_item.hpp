// What FETCH may ask for (RFC 3501 section 6.4.5, RFC 3516, 7162, 8474, 8514, 8970).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "imap/lexer.hpp"

namespace imap {

struct Section {
  enum class Text { all, header, fields, fields_not, body, mime };
  std::string part;  // "1.2"; empty: the message
  Text text = Text::all;
  std::vector<std::string> fields;  // as the client wrote them
};

struct Partial {
  std::uint64_t offset = 0;
  std::uint64_t count = 0;
};

struct FetchItem {
  enum class Kind {
    flags,
    internal_date,
    size,
    uid,
    modseq,
    email_id,
    save_date,
    envelope,
    thread_id,
    preview,
    body,
    body_structure,
    section,
    binary,      // a part without its transfer encoding
    binary_size  // how long that is
  };
  Kind kind = Kind::flags;
  bool peek = true;   // false: sets \Seen
  bool lazy = false;  // PREVIEW, if it costs nothing
  std::string name;   // of a section, as the answer calls it: "BODY[1.MIME]", "RFC822.TEXT"
  Section section;
  std::optional<Partial> partial;
};

/// One item, a list in parentheses, or ALL, FAST, FULL; at most 200 items, and 200 names of
/// fields in all.
base::Result<std::vector<FetchItem>> parse_fetch_items(Lexer& in);

}  // namespace imap

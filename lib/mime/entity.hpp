// A message as a tree of entities (RFC 2045 section 2.4), found in one pass over its lines. Offsets count
// from the start of the text that was given, which may have LF or CRLF line ends. Parsing never fails: what
// is too deep, too many or without an end stays plain content of the part it stands in, and is noted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"
#include "mime/content_type.hpp"

namespace mime {

struct Limits {
  std::size_t depth = 100;      // entities inside one another
  std::size_t parts = 10'000;   // entities in all
  std::size_t defects = 1'000;  // in all; what comes after them is not noted
  /// Octets of the fields that give the structure, in all; the first 200 of each are free. Parameters take
  /// many times as much memory as they are long.
  std::size_t fields = 2 << 20;
};

struct Entity {
  std::size_t header = 0;  // where the header starts
  std::size_t body = 0;    // where the body starts, behind the empty line
  std::size_t end = 0;     // where the body ends; the line end before a boundary is not part of it
  std::size_t lines = 0;   // of the body; a last line without an end counts
  ContentType type;
  std::string encoding;              // Content-Transfer-Encoding in lower case; empty: none given
  std::size_t disposition = 0;       // where the value of Content-Disposition starts
  std::size_t disposition_size = 0;  // 0: none given
  bool truncated = false;            // a multipart whose closing boundary is missing
  base::Defects defects;             // of its structure, those of its children apart
  std::vector<Entity> children;      // multipart: its parts; message/rfc822: the one message inside

  /// Of a kind that holds a message as it stands (RFC 2046 section 5.2.1, RFC 6532 section 3.7).
  bool is_message() const { return type.is("message", "rfc822") || type.is("message", "global"); }

  /// A multipart in which no part was found: whoever reads it reads text (RFC 2045 section 5.2).
  bool lacks_parts() const { return type.type == "multipart" && children.empty(); }
};

Entity parse(std::string_view message, const Limits& limits = {});

/// The entity with that IMAP part number ("1.2", RFC 3501 section 6.4.5); the root for an empty one. A part
/// of a message that is not multipart is 1. nullptr: there is none.
const Entity* find_part(const Entity& root, std::string_view number);

}  // namespace mime

// The parts of a message as a person sees them: numbers, types, names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mime/entity.hpp"

namespace mime {

struct PartView {
  /// Of IMAP (RFC 3501 section 6.4.5), unique: "2.1"; the multipart that is a message's body: "TEXT",
  /// "2.TEXT"; a uuencoded file in the text 1: "1u1".
  std::string number;
  const Entity* entity = nullptr;  // of a uuencoded file, the text it stands in
  std::size_t depth = 0;           // how many parts hold this one
  std::size_t header = 0;          // offsets in the message, as in Entity
  std::size_t body = 0;
  std::size_t end = 0;
  std::string type;            // "text/plain"
  std::string encoding;        // Content-Transfer-Encoding in lower case; empty: none given
  std::string charset;         // of text, as written; empty: none given
  std::string name;            // of the file, UTF-8, one line; empty: none given
  std::string disposition;     // lower case; empty: none given
  std::string elsewhere;       // where the content is, if not here: message/partial, message/external-body
  bool inner_message = false;  // it is the message that a message/rfc822 holds
  bool uuencoded = false;
  bool complete = true;  // false: uuencode without its end line, or the end of a multipart that has none

  bool has_parts() const { return !uuencoded && !entity->children.empty(); }
  bool is_multipart() const { return has_parts() && entity->type.type == "multipart"; }
  bool is_text() const { return !uuencoded && entity->type.type == "text"; }
  std::string_view raw(std::string_view message) const { return message.substr(body, end - body); }
};

/// All entities from the outermost on, parts behind what holds them; of uuencoded files at most 1000 a text
/// and 10000 in all. Points into `root`.
std::vector<PartView> list_parts(std::string_view message, const Entity& root);

/// The body as it is written.
inline std::string_view raw_body(std::string_view message, const Entity& entity) {
  return message.substr(entity.body, entity.end - entity.body);
}

/// A name that is safe to create in any directory: the last part of a path, no control or direction mark, no
/// dot or dash at its start, no blank or dot at its end, at most 200 octets. `fallback` when nothing is left.
std::string safe_file_name(std::string_view name, std::string_view fallback);

/// "a.pdf" as "a~2.pdf".
std::string numbered_file_name(std::string_view name, unsigned number);

}  // namespace mime

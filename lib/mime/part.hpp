// The parts of a message as a person sees them: numbers, types, names.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mime/entity.hpp"

namespace mime {

struct PartView {
  std::string number;  // of IMAP (RFC 3501 section 6.4.5); empty: a multipart that has none of its own
  const Entity* entity = nullptr;
  std::string charset;      // of text, as written; empty: none given
  std::string name;         // of the file, UTF-8, one line; empty: none given
  std::string disposition;  // lower case; empty: none given
  bool is_multipart() const { return entity->type.type == "multipart" && !entity->children.empty(); }
  bool is_text() const { return entity->type.type == "text"; }
};

/// All entities from the outermost on, parts behind what holds them. Points into `root`.
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

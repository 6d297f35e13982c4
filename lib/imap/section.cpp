#include "imap/section.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "mime/body_decoder.hpp"

namespace imap {

namespace {

/// Fields whose name is in the list, or is not, and the empty line where there is one: a message without a
/// body need not have it (RFC 9051 section 6.4.5).
std::string chosen_fields(std::string_view head, const Section& section) {
  const bool wanted = section.text == Section::Text::fields;
  const std::string_view end = head == "\r\n" || head.ends_with("\r\n\r\n") ? "\r\n" : "";
  std::string out;
  while (const auto field = header::take_field(head)) {
    const bool listed =
        std::any_of(section.fields.begin(), section.fields.end(),
                    [&](const std::string& name) { return base::iequals(name, field->name); });
    if (listed == wanted) out += field->text;
  }
  return out += end;
}

struct Place {
  std::string_view head;  // with the empty line
  std::string_view body;
};

Place place_of(std::string_view text, const mime::Entity& entity) {
  return {text.substr(entity.header, entity.body - entity.header),
          text.substr(entity.body, entity.end - entity.body)};
}

/// With the end of its last line: where a boundary comes next, no empty line does, and the line end before
/// that is no part of the entity.
std::string_view whole_lines(std::string_view text, std::string_view head) {
  if (head.empty() || head.ends_with('\n')) return head;
  const auto begin = static_cast<std::size_t>(head.data() - text.data());
  const auto behind = text.substr(begin + head.size());
  return text.substr(begin, head.size() + (behind.starts_with("\r\n") ? 2 : 0));
}

}  // namespace

bool needs_only_header(const Section& section) {
  using Text = Section::Text;
  return section.part.empty() &&
         (section.text == Text::header || section.text == Text::fields || section.text == Text::fields_not);
}

std::optional<std::string_view> find_section(std::string_view text, const mime::Entity* root,
                                             const Section& section, std::string& store) {
  const auto start = header::body_offset(text);
  Place place = {text.substr(0, start), text.substr(start)};
  if (section.part.empty()) {
    if (section.text == Section::Text::all) return text;
  } else {
    const auto* part = root == nullptr ? nullptr : mime::find_part(*root, section.part);
    if (part == nullptr) return std::nullopt;
    place = place_of(text, *part);
    if (section.text == Section::Text::all) return place.body;
    // The header of the part itself: of a message that is not multipart, part 1 has the message's.
    if (section.text == Section::Text::mime) return whole_lines(text, place.head);
    // HEADER and TEXT are those of the message inside.
    if (!part->is_message() || part->children.empty()) return std::nullopt;
    place = place_of(text, part->children.front());
  }
  switch (section.text) {
    case Section::Text::header:
      return place.head;
    case Section::Text::body:
      return place.body;
    default:
      store = chosen_fields(place.head, section);
      return store;
  }
}

base::Result<std::optional<DecodedPart>> decode_part(std::string_view text, const mime::Entity& root,
                                                     std::string_view number) {
  if (number.empty()) return std::optional(DecodedPart{std::string(text)});
  const auto* part = mime::find_part(root, number);
  if (part == nullptr) return std::optional<DecodedPart>();
  const auto body = place_of(text, *part).body;
  if (!mime::is_known_encoding(part->encoding))
    return base::fail(base::Exit::protocol,
                      "part " + std::string(number) + ": an encoding that is not known");
  // What holds parts has none that could be undone.
  if (!part->children.empty() || mime::is_identity_encoding(part->encoding))
    return std::optional(DecodedPart{std::string(body)});
  DecodedPart out;
  mime::BodyDecoder decoder(part->encoding);
  decoder.update(body, out.octets);
  decoder.finish(out.octets);
  return std::optional(std::move(out));
}

std::string_view cut(std::string_view section, const std::optional<Partial>& partial) {
  if (!partial) return section;
  if (partial->offset >= section.size()) return {};
  return section.substr(partial->offset, partial->count);
}

}  // namespace imap

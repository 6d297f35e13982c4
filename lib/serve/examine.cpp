#include "serve/examine.hpp"

#include <algorithm>

#include "codec/charset.hpp"
#include "codec/sha256.hpp"
#include "header/check.hpp"
#include "header/parameter.hpp"
#include "mime/content_check.hpp"
#include "mime/rules.hpp"

namespace serve {

namespace {

/// Octets that are no text in the part's charset.
class TextCheck {
 public:
  explicit TextCheck(const mime::PartView& part)
      : part_(part), converter_(codec::Utf8Converter::open(part.charset)) {}

  void update(std::string_view octets) {
    if (!converter_ || !part_.is_text()) return;
    converter_->update(octets, text_);
    text_.clear();
  }

  void finish(base::Defects& defects) {
    if (!part_.is_text()) return;
    if (!converter_) return defects.add(mime::unknown_charset, part_.header);
    converter_->finish(text_);
    if (converter_->replaced() > 0) defects.add(mime::bad_text, part_.body);
  }

 private:
  const mime::PartView& part_;
  base::Result<codec::Utf8Converter> converter_;
  std::string text_;
};

/// What is wrong in the part's own header. A field that gives the structure and is there twice is the
/// structure's own defect.
void check_fields(const Message& message, const mime::PartView& part, base::Defects& found) {
  const auto& entity = *part.entity;
  const bool is_message = &entity == message.root.get() || part.inner_message;
  base::Defects fields;
  header::check_header(message.text.substr(entity.header, entity.body - entity.header), fields,
                       mime::field_checks, is_message ? header::HeaderOf::message : header::HeaderOf::part);
  const auto& structure = entity.defects.list();
  for (const auto& one : fields.list()) {
    const auto at = entity.header + one.offset;
    const bool known = one.rule == &header::repeated_field &&
                       std::any_of(structure.begin(), structure.end(),
                                   [&](const auto& other) { return other.offset == at; });
    if (!known) found.add(*one.rule, at);
  }
}

/// Who asks Content-Type only sees another file.
void check_names(const mime::PartView& part, base::Defects& found) {
  const auto name = header::parameter(part.entity->type.parameters, "name");
  if (name && !name->empty() && *name != part.name) found.add(mime::two_names, part.entity->disposition);
}

}  // namespace

Examined examine(const Message& message, const mime::PartView& part) {
  Examined out;
  base::Defects found;
  if (!part.uuencoded) {
    found.add(part.entity->defects, 0);
    check_fields(message, part, found);
    check_names(part, found);
  }
  mime::check_content(message.text, part, message.crlf, found);
  if (part.has_parts()) {
    out.decoded.size = part.end - part.body;
  } else {
    codec::Sha256 digest;
    TextCheck text(part);
    out.decoded = *decode_octets(message, part, [&](std::string_view octets) -> base::Result<void> {
      digest.update(octets);
      text.update(octets);
      return {};
    });
    out.sha256 = digest.finish();
    text.finish(found);
  }
  found.add(out.decoded.defects, 0);
  out.decoded.defects = base::Defects();
  auto list = found.list();
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.offset < b.offset; });
  for (const auto& one : list) out.decoded.defects.add(*one.rule, one.offset);
  return out;
}

}  // namespace serve

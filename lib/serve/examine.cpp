#include "serve/examine.hpp"

#include <algorithm>

#include "codec/charset.hpp"
#include "codec/sha256.hpp"
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

}  // namespace

Examined examine(const Message& message, const mime::PartView& part) {
  Examined out;
  base::Defects found;
  if (!part.uuencoded) found.add(part.entity->defects, 0);
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

#include "imap/body_structure.hpp"

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "imap/envelope.hpp"
#include "imap/quote.hpp"

namespace imap {

namespace {

std::string parameters(const mime::Parameters& list) {
  std::string out;
  for (const auto& [name, value] : list) {
    if (!out.empty()) out += ' ';
    out += quote(base::upper(name)) + " " + quote(value);
  }
  return out.empty() ? "NIL" : "(" + out + ")";
}

/// A list of languages or one string.
std::string language(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const auto end = std::min(value.find(','), value.size());
    const auto one = base::trim(value.substr(0, end));
    if (!one.empty()) out += (out.empty() ? "" : " ") + quote(one);
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return out.empty() ? "NIL" : "(" + out + ")";
}

class Writer {
 public:
  Writer(std::string_view text, bool extended) : text_(text), extended_(extended) {}

  std::string body(const mime::Entity& entity) const {
    const bool parts = entity.type.type == "multipart" && !entity.lacks_parts();
    return "(" + (parts ? multipart(entity) : single(entity)) + ")";
  }

 private:
  std::vector<header::Field> fields_of(const mime::Entity& entity) const {
    return header::parse_fields(text_.substr(entity.header, entity.body - entity.header));
  }

  static std::string value_of(const std::vector<header::Field>& fields, std::string_view name) {
    const auto* field = header::find(fields, name);
    return field == nullptr ? std::string() : header::unfold(field->body);
  }

  static std::string disposition(const std::vector<header::Field>& fields) {
    const auto* field = header::find(fields, "Content-Disposition");
    if (field == nullptr) return "NIL";
    const auto parsed = mime::parse_disposition(field->body);
    if (parsed.value.empty()) return "NIL";
    return "(" + quote(base::upper(parsed.value)) + " " + parameters(parsed.parameters) + ")";
  }

  /// Disposition, language, location: the end of both forms.
  static std::string extension(const std::vector<header::Field>& fields) {
    return disposition(fields) + " " + language(value_of(fields, "Content-Language")) + " " +
           quote_or_nil(value_of(fields, "Content-Location"));
  }

  std::string multipart(const mime::Entity& entity) const {
    std::string out;
    for (const auto& child : entity.children) out += body(child);
    out += " " + quote(base::upper(entity.type.subtype));
    if (extended_) out += " " + parameters(entity.type.parameters) + " " + extension(fields_of(entity));
    return out;
  }

  std::string single(const mime::Entity& entity) const {
    const auto fields = fields_of(entity);
    // The grammar knows no multipart without parts: it is part 1 of itself, and text.
    const bool text = entity.type.type == "text" || entity.lacks_parts();
    auto list = entity.lacks_parts() ? mime::Parameters() : entity.type.parameters;
    if (text && mime::find(list, "charset") == nullptr) list.emplace_back("charset", "us-ascii");
    const auto encoding = entity.encoding.empty() ? std::string("7BIT") : base::upper(entity.encoding);
    const bool message = entity.is_message();
    // The grammar wants the envelope and body of the message inside. One that was not looked into (it is
    // encoded, or too deep) is what RFC 2046 section 5.2.4 makes of a message type that is not understood.
    const bool opaque = message && entity.children.empty();
    const std::string type = opaque                 ? "\"APPLICATION\" \"OCTET-STREAM\""
                             : entity.lacks_parts() ? "\"TEXT\" \"PLAIN\""
                                                    : quote(base::upper(entity.type.type)) + " " +
                                                          quote(base::upper(entity.type.subtype));
    std::string out = type + " " + parameters(list) + " " + quote_or_nil(value_of(fields, "Content-ID")) +
                      " " + quote_or_nil(value_of(fields, "Content-Description")) + " " + quote(encoding) +
                      " " + std::to_string(entity.end - entity.body);
    if (message && !opaque) {
      const auto& inner = entity.children.front();
      out += " " + format_envelope(text_.substr(inner.header, inner.body - inner.header)) + " " + body(inner);
    }
    if ((message && !opaque) || text) out += " " + std::to_string(entity.lines);
    if (extended_) out += " " + quote_or_nil(value_of(fields, "Content-MD5")) + " " + extension(fields);
    return out;
  }

  std::string_view text_;
  bool extended_;
};

}  // namespace

std::string format_body_structure(std::string_view text, const mime::Entity& entity, bool extended) {
  return Writer(text, extended).body(entity);
}

}  // namespace imap

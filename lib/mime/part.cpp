#include "mime/part.hpp"

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/field.hpp"
#include "header/parameter.hpp"

namespace mime {

namespace {

constexpr std::size_t name_limit = 200;

class Lister {
 public:
  explicit Lister(std::string_view message) : message_(message) {}

  std::vector<PartView> run(const Entity& root) {
    inside(root, "");
    return std::move(out_);
  }

 private:
  /// A message: its parts are numbered from 1, and so is its body if there are none.
  void inside(const Entity& entity, const std::string& prefix) {
    if (entity.type.type == "multipart" && !entity.children.empty()) {
      add(entity, "");
      parts_of(entity, prefix);
    } else {
      one(entity, prefix + "1");
    }
  }

  void parts_of(const Entity& entity, const std::string& prefix) {
    std::size_t number = 0;
    for (const auto& child : entity.children) one(child, prefix + std::to_string(++number));
  }

  void one(const Entity& entity, const std::string& number) {
    add(entity, number);
    if (entity.children.empty()) return;
    if (entity.type.type == "multipart") {
      parts_of(entity, number + ".");
    } else {
      inside(entity.children.front(), number + ".");
    }
  }

  void add(const Entity& entity, const std::string& number) {
    PartView view;
    view.number = number;
    view.entity = &entity;
    const auto& parameters = entity.type.parameters;
    if (view.is_text()) view.charset = header::parameter(parameters, "charset").value_or("");
    const auto fields = header::parse_fields(message_.substr(entity.header, entity.body - entity.header));
    if (const auto* field = header::find(fields, "Content-Disposition")) {
      const auto disposition = parse_disposition(field->body);
      view.disposition = disposition.value;
      view.name = header::parameter(disposition.parameters, "filename").value_or("");
    }
    if (view.name.empty()) view.name = header::parameter(parameters, "name").value_or("");
    out_.push_back(std::move(view));
  }

  std::string_view message_;
  std::vector<PartView> out_;
};

/// Longest beginning of at most `limit` octets that cuts no character.
std::string_view cut(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
  return text.substr(0, limit);
}

/// From the last dot on, if that looks like an extension.
std::size_t stem_length(std::string_view name) {
  const auto dot = name.rfind('.');
  return dot == name.npos || dot == 0 || name.size() - dot > 12 ? name.size() : dot;
}

}  // namespace

std::vector<PartView> list_parts(std::string_view message, const Entity& root) {
  return Lister(message).run(root);
}

std::string safe_file_name(std::string_view name, std::string_view fallback) {
  name = name.substr(name.find_last_of("/\\") + 1);
  std::string out;
  while (!name.empty()) {
    const auto length = base::utf8_length(name);
    const auto one = name.substr(0, length == 0 ? 1 : length);
    const bool bad = length == 0 || base::is_unsafe_utf8(one) || (length == 1 && base::is_control(one[0]));
    if (!bad) out += one;
    name.remove_prefix(one.size());
  }
  const auto first = out.find_first_not_of(" .-");
  if (first == out.npos) return std::string(fallback);
  out = out.substr(first, out.find_last_not_of(" .") - first + 1);
  if (out.size() <= name_limit) return out;
  const auto stem = stem_length(out);
  const auto extension = out.substr(stem);
  return std::string(cut(out, name_limit - extension.size())) + extension;
}

std::string numbered_file_name(std::string_view name, unsigned number) {
  const auto stem = stem_length(name);
  return std::string(name.substr(0, stem)) + "~" + std::to_string(number) + std::string(name.substr(stem));
}

}  // namespace mime

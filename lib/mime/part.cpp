#include "mime/part.hpp"

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "header/encoded_word.hpp"
#include "header/parameter.hpp"
#include "mime/body_decoder.hpp"
#include "mime/extension.hpp"
#include "mime/uuencoded.hpp"

namespace mime {

namespace {

constexpr std::size_t name_limit = 200;
constexpr std::size_t uu_limit = 1000;        // files in a text
constexpr std::size_t uu_all_limit = 10'000;  // in a message

/// What a message/partial or external-body says about its content, which nobody fetches (RFC 2046
/// section 5.2).
std::string elsewhere(const ContentType& type) {
  const auto value = [&](std::string_view name) {
    return header::parameter(type.parameters, name).value_or("?");
  };
  if (type.is("message", "partial"))
    return "part " + value("number") + " of " + value("total") + " of " + value("id");
  if (!type.is("message", "external-body")) return {};
  std::string out;
  for (const std::string_view name : {"access-type", "url", "site", "directory", "server", "name"}) {
    const auto given = header::parameter(type.parameters, name);
    if (given) out += (out.empty() ? "" : " ") + std::string(name) + "=" + *given;
  }
  return out;
}

/// Only in such a text uuencode stands for itself.
bool may_hold_uuencode(const Entity& entity) {
  return is_identity_encoding(entity.encoding) && entity.type.is("text", "plain");
}

class Lister {
 public:
  explicit Lister(std::string_view message) : message_(message) {}

  std::vector<PartView> run(const Entity& root) {
    inside(root, "", 0);
    return std::move(out_);
  }

 private:
  /// A message: its parts are numbered from 1, and so is its body if there are none.
  void inside(const Entity& entity, const std::string& prefix, std::size_t depth) {
    if (entity.type.type == "multipart" && !entity.children.empty()) {
      add(entity, prefix + "TEXT", depth);
      parts_of(entity, prefix, depth + 1);
    } else {
      one(entity, prefix + "1", depth);
    }
  }

  void parts_of(const Entity& entity, const std::string& prefix, std::size_t depth) {
    std::size_t number = 0;
    for (const auto& child : entity.children) one(child, prefix + std::to_string(++number), depth);
  }

  void one(const Entity& entity, const std::string& number, std::size_t depth) {
    add(entity, number, depth);
    if (entity.children.empty()) {
      if (may_hold_uuencode(entity)) add_uuencoded(entity, number, depth + 1);
    } else if (entity.type.type == "multipart") {
      parts_of(entity, number + ".", depth + 1);
    } else {
      const auto first = out_.size();
      inside(entity.children.front(), number + ".", depth + 1);
      out_[first].inner_message = true;
    }
  }

  void add(const Entity& entity, const std::string& number, std::size_t depth) {
    PartView view;
    view.number = number;
    view.entity = &entity;
    view.depth = depth;
    view.header = entity.header;
    view.body = entity.body;
    view.end = entity.end;
    if (entity.truncated) cuts_.insert(entity.end);
    view.complete = !cuts_.contains(entity.end);
    view.type = entity.type.type + "/" + entity.type.subtype;
    view.encoding = entity.encoding;
    const auto& parameters = entity.type.parameters;
    if (view.is_text()) view.charset = header::parameter(parameters, "charset").value_or("");
    if (entity.disposition_size > 0) {
      const auto disposition =
          parse_disposition(message_.substr(entity.disposition, entity.disposition_size));
      view.disposition = disposition.value;
      view.name = header::parameter(disposition.parameters, "filename").value_or("");
    }
    if (view.name.empty()) view.name = header::parameter(parameters, "name").value_or("");
    if (entity.type.type == "message") view.elsewhere = elsewhere(entity.type);
    out_.push_back(std::move(view));
  }

  void add_uuencoded(const Entity& entity, const std::string& number, std::size_t depth) {
    std::size_t count = 0;
    const auto files = find_uuencoded(raw_body(message_, entity), std::min(uu_limit, uu_left_));
    uu_left_ -= files.size();
    for (const auto& file : files) {
      PartView view;
      view.number = number + "u" + std::to_string(++count);
      view.entity = &entity;
      view.depth = depth;
      view.header = view.body = entity.body + file.start;
      view.end = entity.body + file.end;
      view.name = header::one_line(file.name);
      const auto type = type_of_name(view.name);
      view.type = type.empty() ? "application/octet-stream" : std::string(type);
      view.encoding = "x-uuencode";
      view.disposition = "attachment";
      view.uuencoded = true;
      view.complete = file.complete;
      out_.push_back(std::move(view));
    }
  }

  std::string_view message_;
  std::vector<PartView> out_;
  std::size_t uu_left_ = uu_all_limit;
  std::set<std::size_t> cuts_;  // where multiparts end that lack their own end
};

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
  return std::string(base::cut_utf8(out, name_limit - extension.size())) + extension;
}

std::string numbered_file_name(std::string_view name, unsigned number) {
  const auto stem = stem_length(name);
  return std::string(name.substr(0, stem)) + "~" + std::to_string(number) + std::string(name.substr(stem));
}

}  // namespace mime

#include "mime/writer.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "header/folding.hpp"
#include "header/parameter.hpp"

namespace mime {

namespace {

std::string_view name_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::seven_bit:
      return "7bit";
    case Encoding::eight_bit:
      return "8bit";
    case Encoding::quoted_printable:
      return "quoted-printable";
    case Encoding::base64:
      return "base64";
  }
  return "7bit";
}

std::string type_field(const Part& part, const std::string& boundary) {
  header::FieldWriter type("Content-Type");
  type.put(part.type, " ", 1);
  if (!part.charset.empty()) header::put_parameter(type, "charset", part.charset);
  if (!part.children.empty()) header::put_parameter(type, "boundary", boundary);
  if (!part.name.empty()) header::put_old_parameter(type, "name", part.name);
  return std::move(type).finish();
}

std::string disposition_field(const Part& part) {
  header::FieldWriter disposition("Content-Disposition");
  disposition.put(part.disposition, " ", 1);
  if (!part.name.empty()) header::put_parameter(disposition, "filename", part.name);
  return std::move(disposition).finish();
}

/// `implied`: the type that a part has which names none.
std::string fields(const Part& part, const std::string& boundary, std::string_view implied) {
  const bool says_nothing = part.type == implied && part.name.empty();
  std::string out = says_nothing ? std::string() : type_field(part, boundary);
  if (part.encoding != Encoding::seven_bit) {
    out += "Content-Transfer-Encoding: " + std::string(name_of(part.encoding)) + "\n";
  }
  if (!part.disposition.empty() && !says_nothing) out += disposition_field(part);
  if (!part.content_id.empty()) out += "Content-ID: <" + part.content_id + ">\n";
  return out;
}

Part multipart(const char* type, std::vector<Part> parts) {
  Part out;
  out.type = type;
  out.children = std::move(parts);
  return out;
}

/// One part of several, or the only one without a multipart around it.
Part group(const char* type, std::vector<Part> parts) {
  return parts.size() == 1 ? std::move(parts.front()) : multipart(type, std::move(parts));
}

class Writer {
 public:
  Writer(const std::string& boundary, const Emit& emit, const EmitBody& body)
      : boundary_(boundary), emit_(emit), body_(body) {}

  base::Result<void> part(const Part& part, std::string_view implied = {}) {
    // Nested boundaries differ at their start: readers that compare only a beginning tell them apart.
    const std::string boundary = multiparts_ == 0 ? boundary_ : std::to_string(multiparts_) + boundary_;
    if (!part.children.empty()) ++multiparts_;
    TRY(emit_(fields(part, boundary, implied) + "\n"));
    if (part.children.empty()) return body_(part, emit_);
    for (const auto& child : part.children) {
      TRY(emit_("\n--" + boundary + "\n"));
      TRY(this->part(child, part.type == "multipart/digest" ? "message/rfc822" : ""));
    }
    return emit_("\n--" + boundary + "--\n");
  }

 private:
  const std::string& boundary_;
  const Emit& emit_;
  const EmitBody& body_;
  int multiparts_ = 0;
};

}  // namespace

Part arrange(Contents contents, Nesting nesting) {
  auto& [bodies, shown, forwarded, attached] = contents;
  const char* const outside = nesting.parallel ? "multipart/parallel" : "multipart/mixed";
  const auto html =
      std::find_if(bodies.begin(), bodies.end(), [](const Part& part) { return part.type == "text/html"; });
  if (html != bodies.end()) {
    std::vector<Part> related = {std::move(*html)};
    std::move(shown.begin(), shown.end(), std::back_inserter(related));
    shown.clear();
    *html = group("multipart/related", std::move(related));
  }
  if (nesting.digest && !forwarded.empty())
    forwarded = {multipart("multipart/digest", std::exchange(forwarded, {}))};
  std::vector<Part> side_by_side;
  if (!bodies.empty()) side_by_side.push_back(group("multipart/alternative", std::move(bodies)));
  for (auto* parts : {&shown, &forwarded, &attached})
    std::move(parts->begin(), parts->end(), std::back_inserter(side_by_side));
  if (side_by_side.empty()) side_by_side.emplace_back();
  const auto& first = side_by_side.front();
  const bool lone_file = side_by_side.size() == 1 && first.children.empty() && first.role != Role::body;
  return lone_file ? multipart(outside, std::move(side_by_side)) : group(outside, std::move(side_by_side));
}

bool is_boundary(std::string_view boundary) {
  const auto allowed = [](char c) {
    return base::is_alnum(c) || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
  };
  return !boundary.empty() && boundary.size() <= 69 && boundary.back() != ' ' &&
         std::all_of(boundary.begin(), boundary.end(), allowed);
}

base::Result<void> write(const Part& root, const std::string& boundary, const Emit& emit,
                         const EmitBody& body) {
  if (!is_boundary(boundary)) return base::fail(base::Exit::usage, "'" + boundary + "' cannot be a boundary");
  char last = '\n';
  const Emit noting = [&](std::string_view text) {
    if (!text.empty()) last = text.back();
    return emit(text);
  };
  TRY(emit("MIME-Version: 1.0\n"));
  TRY(Writer(boundary, noting, body).part(root));
  return last == '\n' ? base::Result<void>() : emit("\n");
}

}  // namespace mime

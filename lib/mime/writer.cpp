#include "mime/writer.hpp"

#include <algorithm>

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

std::string fields(const Part& part, const std::string& boundary) {
  header::FieldWriter type("Content-Type");
  type.put(part.type, " ", 1);
  if (!part.charset.empty()) header::put_parameter(type, "charset", part.charset);
  if (!part.children.empty()) header::put_parameter(type, "boundary", boundary);
  if (!part.name.empty()) header::put_old_parameter(type, "name", part.name);
  std::string out = std::move(type).finish();
  if (part.encoding != Encoding::seven_bit) {
    out += "Content-Transfer-Encoding: " + std::string(name_of(part.encoding)) + "\n";
  }
  if (!part.disposition.empty()) {
    header::FieldWriter disposition("Content-Disposition");
    disposition.put(part.disposition, " ", 1);
    if (!part.name.empty()) header::put_parameter(disposition, "filename", part.name);
    out += std::move(disposition).finish();
  }
  if (!part.content_id.empty()) out += "Content-ID: <" + part.content_id + ">\n";
  return out;
}

/// One part of several, or the only one without a multipart around it.
Part group(const char* type, std::vector<Part> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Part out;
  out.type = type;
  out.children = std::move(parts);
  return out;
}

class Writer {
 public:
  Writer(const std::string& boundary, const Emit& emit, const EmitBody& body)
      : boundary_(boundary), emit_(emit), body_(body) {}

  base::Result<void> part(const Part& part) {
    // Nested boundaries differ at their start: readers that compare only a beginning tell them apart.
    const std::string boundary = multiparts_ == 0 ? boundary_ : std::to_string(multiparts_) + boundary_;
    if (!part.children.empty()) ++multiparts_;
    TRY(emit_(fields(part, boundary) + "\n"));
    if (part.children.empty()) return body_(part, emit_);
    for (const auto& child : part.children) {
      TRY(emit_("\n--" + boundary + "\n"));
      TRY(this->part(child));
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

Part arrange(std::vector<Part> bodies, std::vector<Part> shown, std::vector<Part> attached) {
  const auto html =
      std::find_if(bodies.begin(), bodies.end(), [](const Part& part) { return part.type == "text/html"; });
  if (html != bodies.end()) {
    std::vector<Part> related = {std::move(*html)};
    std::move(shown.begin(), shown.end(), std::back_inserter(related));
    shown.clear();
    *html = group("multipart/related", std::move(related));
  }
  std::vector<Part> mixed;
  if (!bodies.empty()) mixed.push_back(group("multipart/alternative", std::move(bodies)));
  std::move(shown.begin(), shown.end(), std::back_inserter(mixed));
  std::move(attached.begin(), attached.end(), std::back_inserter(mixed));
  if (mixed.empty()) mixed.emplace_back();
  const bool lone_file =
      mixed.size() == 1 && mixed.front().children.empty() && mixed.front().role != Role::body;
  if (!lone_file) return group("multipart/mixed", std::move(mixed));
  Part out;
  out.type = "multipart/mixed";
  out.children = std::move(mixed);
  return out;
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

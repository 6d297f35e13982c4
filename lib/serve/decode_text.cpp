#include "serve/decode_text.hpp"

#include "base/ascii.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "mime/html_text.hpp"
#include "mime/readable.hpp"

namespace serve {

namespace {

class Reader {
 public:
  Reader(const Message& message, fs::Output& out) : message_(message), out_(out) {}

  base::Result<bool> run() {
    const auto chosen = mime::readable_parts(message_.parts);
    if (chosen.empty()) return base::fail(base::Exit::data, message_.file + ": there is no text to read");
    for (const auto i : chosen) {
      const auto& part = message_.parts[i];
      if (any_) TRY(out_.write("\n"));
      any_ = true;
      if (part.has_parts()) {
        TRY(attached_header(part.entity->children.front()));
      } else {
        TRY(text(i));
      }
    }
    return damaged_;
  }

 private:
  base::Result<void> attached_header(const mime::Entity& message) {
    auto rest = message_.text.substr(message.header, message.body - message.header);
    const auto fields = header::parse_fields(rest, 1000);
    for (const char* name : {"From", "To", "Cc", "Date", "Subject"}) {
      const auto* field = header::find(fields, name);
      if (field == nullptr) continue;
      TRY(show(std::string(name) + ": " + header::decode_words(field->body) + "\n"));
    }
    return {};
  }

  base::Result<void> text(std::size_t index) {
    const auto& part = message_.parts[index];
    auto at = part.body;
    // Files between the lines are named where they stand.
    for (auto i = index + 1; i < message_.parts.size() && message_.parts[i].uuencoded; ++i) {
      const auto& file = message_.parts[i];
      if (file.entity != part.entity) break;
      TRY(piece(part, at, file.header));
      TRY(show("[" + file.number + ": " + file.name + "]\n"));
      at = file.end;
    }
    return piece(part, at, part.end);
  }

  base::Result<void> piece(mime::PartView part, std::size_t from, std::size_t to) {
    part.body = from;
    part.end = to;
    mime::HtmlText html;
    const bool is_html = part.type == "text/html";
    std::string plain;
    const auto write = [&](std::string_view text) -> base::Result<void> {
      plain.clear();
      if (is_html) html.update(text, plain);
      return show(is_html ? plain : text);
    };
    TRY_ASSIGN(const auto decoded, decode_text(message_, part, write));
    damaged_ = damaged_ || is_damaged(part, decoded);
    plain.clear();
    if (is_html) html.finish(plain);
    TRY(show(plain));
    if (last_ != '\n') TRY(show("\n"));
    return {};
  }

  base::Result<void> show(std::string_view text) {
    if (text.empty()) return {};
    visible_.clear();
    base::put_visible(text, visible_);
    last_ = visible_.back();
    return out_.write(visible_);
  }

  const Message& message_;
  fs::Output& out_;
  std::string visible_;
  char last_ = '\n';
  bool any_ = false;
  bool damaged_ = false;
};

}  // namespace

base::Result<bool> write_part(const Message& message, const mime::PartView& part, Undo undo,
                              fs::Output& out) {
  if (undo == Undo::nothing || part.has_parts()) {
    TRY(out.write(part.raw(message.text)));
    return is_damaged(part, {});
  }
  const auto write = [&](std::string_view octets) { return out.write(octets); };
  const bool as_text = undo == Undo::all && part.is_text();
  TRY_ASSIGN(const auto decoded,
             as_text ? decode_text(message, part, write) : decode_octets(message, part, write));
  return is_damaged(part, decoded);
}

base::Result<bool> write_readable(const Message& message, fs::Output& out) {
  return Reader(message, out).run();
}

}  // namespace serve

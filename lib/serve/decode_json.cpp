#include <string>
#include <utility>

#include "base/json.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "serve/decode_tree.hpp"
#include "serve/examine.hpp"

namespace serve {

namespace {

/// null for what is not given.
void put_text(std::string& out, std::string_view key, std::string_view value) {
  base::put_json_key(out, key);
  if (value.empty()) {
    out += "null";
  } else {
    base::put_json(out, value);
  }
}

class Writer {
 public:
  Writer(const Message& message, fs::Output& out) : message_(message), out_(out) {}

  base::Result<bool> run() {
    text_ = "{";
    put_text(text_, "file", message_.file);
    TRY(headers());
    base::put_json_key(text_, "root");
    std::size_t open = 0;  // parts whose list of parts is not closed
    for (const auto& part : message_.parts) {
      for (; open > part.depth; --open) text_ += "]}";
      if (text_.ends_with('}')) text_ += ',';
      this->part(part);
      ++open;
      TRY(flush());
    }
    for (; open > 0; --open) text_ += "]}";
    text_ += "}\n";
    TRY(out_.write(text_));
    return damaged_;
  }

 private:
  base::Result<void> flush() {
    // The last character tells what must come next.
    TRY(out_.write(std::string_view(text_).substr(0, text_.size() - 1)));
    text_.erase(0, text_.size() - 1);
    return {};
  }

  base::Result<void> headers() {
    base::put_json_key(text_, "headers");
    text_ += '[';
    auto rest = message_.text;
    while (const auto field = header::take_field(rest)) {
      if (field->name.empty()) continue;
      text_ += text_.ends_with('[') ? "{" : ",{";
      put_text(text_, "name", field->name);
      base::put_json_key(text_, "value");
      base::put_json(text_, header::decode_words(field->body));
      text_ += '}';
      TRY(flush());
    }
    text_ += ']';
    return {};
  }

  void part(const mime::PartView& part) {
    const auto found = examine(message_, part);
    damaged_ = damaged_ || found.decoded.damaged();
    text_ += '{';
    put_text(text_, "id", part.number);
    put_text(text_, "type", part.type);
    put_text(text_, "charset", part.charset);
    put_text(text_, "encoding", part.encoding);
    put_text(text_, "disposition", part.disposition);
    put_text(text_, "filename", part.name);
    base::put_json_number(text_, "size", part.end - part.body);
    base::put_json_number(text_, "decoded_size", found.decoded.size);
    base::put_json_number(text_, "offset", part.header);
    base::put_json_number(text_, "length", part.end - part.header);
    put_text(text_, "sha256", found.sha256);
    base::put_json_key(text_, "defects");
    text_ += '[';
    for (const auto& defect : found.decoded.defects.list()) {
      text_ += text_.ends_with('[') ? "{" : ",{";
      put_text(text_, "name", defect.rule->name);
      base::put_json_number(text_, "offset", defect.offset);
      put_text(text_, "section", defect.rule->section);
      text_ += '}';
    }
    text_ += ']';
    base::put_json_key(text_, "parts");
    text_ += '[';
  }

  const Message& message_;
  fs::Output& out_;
  std::string text_;
  bool damaged_ = false;
};

}  // namespace

base::Result<bool> show_json(const Message& message, fs::Output& out) {
  return Writer(message, out).run();
}

}  // namespace serve

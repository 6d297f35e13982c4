#include "mime/entity.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/field.hpp"

namespace mime {

namespace {

/// An entity that is still being read, with what ends it.
struct Open {
  Entity entity;
  std::string boundary;  // of a multipart: "--" and the parameter
  bool in_header = true;
  bool closed = false;     // the closing boundary was seen: only an epilogue follows
  bool in_digest = false;  // its parts are messages where they do not say otherwise (RFC 2046 section 5.1.5)
};

class Parser {
 public:
  Parser(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  Entity run() {
    begin(0, false);
    while (at_ < text_.size()) line();
    close_to(0, text_.size());
    Entity root = std::move(stack_.front().entity);
    finish(stack_.front(), root, text_.size());
    return root;
  }

 private:
  void begin(std::size_t offset, bool digest) {
    Open open;
    open.entity.header = open.entity.body = open.entity.end = offset;
    open.in_digest = digest;
    stack_.push_back(std::move(open));
    ++parts_;
  }

  void line() {
    const auto found = text_.find('\n', at_);
    const std::size_t end = found == std::string_view::npos ? text_.size() : found + 1;
    const auto content = text_.substr(at_, end - at_);
    if (content.starts_with("--") && boundary_line(content, end)) return;
    const std::size_t start = at_;
    at_ = end;
    if (!stack_.back().in_header) return;
    const bool empty = content == "\n" || content == "\r\n";
    if (empty) header_ends(start, end);
  }

  /// Innermost first: a part may lack its own end. True when the line was one.
  bool boundary_line(std::string_view content, std::size_t end) {
    for (std::size_t i = stack_.size(); i-- > 0;) {
      auto& open = stack_[i];
      if (open.boundary.empty() || open.closed || !content.starts_with(open.boundary)) continue;
      auto rest = content.substr(open.boundary.size());
      const bool last = rest.starts_with("--");
      if (last) rest.remove_prefix(2);
      // Blanks may follow (RFC 2046 section 5.1.1); a longer name that starts alike is another boundary.
      if (!base::trim(rest).empty()) continue;
      close_to(i, before_line_end());
      if (last) {
        stack_[i].closed = true;
      } else if (parts_ < limits_.parts) {
        begin(end, stack_[i].entity.type.is("multipart", "digest"));
      }
      at_ = end;
      return true;
    }
    return false;
  }

  /// The line end before a boundary belongs to the boundary.
  std::size_t before_line_end() const {
    std::size_t end = at_;
    if (end > 0 && text_[end - 1] == '\n') --end;
    if (end > 0 && text_[end - 1] == '\r') --end;
    return end;
  }

  /// Everything above level `keep` ends at `end` and goes into its parent.
  void close_to(std::size_t keep, std::size_t end) {
    while (stack_.size() > keep + 1) {
      Open open = std::move(stack_.back());
      stack_.pop_back();
      Entity entity = std::move(open.entity);
      finish(open, entity, end);
      stack_.back().entity.children.push_back(std::move(entity));
    }
  }

  void finish(const Open& open, Entity& entity, std::size_t end) {
    if (open.in_header) {
      read_header(open, entity, std::max(entity.header, end));
      entity.body = std::max(entity.header, end);
    }
    // A part without a body may end before its empty line does.
    entity.end = std::max(entity.body, end);
    const auto body = text_.substr(entity.body, entity.end - entity.body);
    entity.lines = static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n')) +
                   (body.empty() || body.ends_with('\n') ? 0 : 1);
    entity.truncated = !open.boundary.empty() && !open.closed;
  }

  void read_header(const Open& open, Entity& entity, std::size_t end) {
    const auto fields = header::parse_fields(text_.substr(entity.header, end - entity.header));
    if (const auto* field = header::find(fields, "Content-Type")) {
      entity.type = parse_content_type(field->body);
    } else if (open.in_digest) {
      entity.type.type = "message";
      entity.type.subtype = "rfc822";
    }
    if (const auto* field = header::find(fields, "Content-Transfer-Encoding")) {
      entity.encoding = base::lower(header::unfold(field->body));
    }
  }

  void header_ends(std::size_t start, std::size_t end) {
    auto& open = stack_.back();
    open.in_header = false;
    open.entity.body = end;
    read_header(open, open.entity, start);
    const bool deeper = stack_.size() < limits_.depth && parts_ < limits_.parts;
    const auto& type = open.entity.type;
    if (type.type == "multipart") {
      const auto* boundary = find(type.parameters, "boundary");
      if (deeper && boundary != nullptr && !boundary->empty() && boundary->size() <= 200)
        open.boundary = "--" + *boundary;
    } else if (deeper && type.is("message", "rfc822") && encoding_is_identity(open.entity.encoding)) {
      begin(end, false);
    }
  }

  /// Only such a body is a message as it stands (RFC 2046 section 5.2.1).
  static bool encoding_is_identity(std::string_view encoding) {
    return encoding.empty() || encoding == "7bit" || encoding == "8bit" || encoding == "binary";
  }

  std::string_view text_;
  Limits limits_;
  std::size_t at_ = 0;
  std::size_t parts_ = 0;
  std::vector<Open> stack_;
};

}  // namespace

Entity parse(std::string_view message, const Limits& limits) {
  return Parser(message, limits).run();
}

const Entity* find_part(const Entity& root, std::string_view number) {
  const Entity* at = &root;
  bool inside = true;  // `at` is a message, whose parts (or itself as 1) come next
  while (!number.empty()) {
    const auto dot = std::min(number.find('.'), number.size());
    const auto index = base::parse_number(number.substr(0, dot), 1'000'000);
    number.remove_prefix(std::min(dot + 1, number.size()));
    if (!index || *index == 0) return nullptr;
    const Entity* from = at;
    if (!inside && at->type.is("message", "rfc822") && !at->children.empty()) from = &at->children.front();
    if (from->type.type == "multipart" && !from->children.empty()) {
      if (*index > from->children.size()) return nullptr;
      at = &from->children[*index - 1];
    } else if (*index == 1 && (inside || from != at)) {
      at = from;
    } else {
      return nullptr;
    }
    inside = false;
  }
  return at;
}

}  // namespace mime

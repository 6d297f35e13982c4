#include "mime/entity.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "header/parameter.hpp"
#include "mime/body_decoder.hpp"
#include "mime/line_scan.hpp"
#include "mime/rules.hpp"

namespace mime {

namespace {

constexpr std::size_t free_octets = 200;     // of a field
constexpr std::size_t boundary_limit = 200;  // what programs write against the 70 of RFC 2046 section 5.1.1

/// An entity that is still being read, with what ends it.
struct Open {
  Entity entity;
  std::string boundary;         // of a multipart: "--" and the parameter
  std::size_t lines_ahead = 0;  // line ends before the body
  std::string_view type_field;  // Content-Type as it stands; empty: none given
  bool in_header = true;
  bool closed = false;     // the closing boundary was seen: only an epilogue follows
  bool in_digest = false;  // its parts are messages where they do not say otherwise (RFC 2046 section 5.1.5)
};

/// As the standard has them (RFC 2046 section 5.1.1).
bool is_good_boundary(std::string_view boundary) {
  return boundary.size() <= 70 && !boundary.ends_with(' ') &&
         std::all_of(boundary.begin(), boundary.end(), [](char c) {
           return base::is_alnum(c) || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
         });
}

/// Once, as `boundary=text` or `boundary="text"`: in other forms programs read it differently.
bool is_plainly_written(std::string_view field, const Parameters& parameters, std::string_view boundary) {
  constexpr std::string_view name = "boundary";
  const auto forms = std::count_if(parameters.begin(), parameters.end(),
                                   [&](const auto& one) { return one.first.starts_with(name); });
  if (forms != 1) return false;
  for (; field.size() > name.size(); field.remove_prefix(1)) {
    const bool starts = field.front() == ';' || base::is_wsp(field.front()) || field.front() == '\n';
    if (!starts || !base::istarts_with(field.substr(1), name)) continue;
    auto rest = base::trim(field.substr(1 + name.size()));
    if (!rest.starts_with('=')) return false;
    rest = base::trim(rest.substr(1));
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    if (!rest.starts_with(boundary)) return false;
    rest.remove_prefix(boundary.size());
    if (quoted && !rest.starts_with('"')) return false;
    rest = base::trim(rest.substr(quoted ? 1 : 0));
    return rest.empty() || rest.starts_with(';');
  }
  return false;
}

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

  void note(Entity& entity, const base::Rule& rule, std::size_t offset) {
    if (noted_ >= limits_.defects) return;
    ++noted_;
    entity.defects.add(rule, offset);
  }

  /// One line of a header, or all lines of a body up to the next that may be a boundary.
  void line() {
    const bool in_header = stack_.back().in_header;
    if (!in_header) {
      const auto next = next_dash_line(text_, at_);
      at_ = next.at;
      lines_ += next.lines;
      if (at_ == text_.size()) return;
    }
    const auto found = text_.find('\n', at_);
    const std::size_t end = found == std::string_view::npos ? text_.size() : found + 1;
    const auto content = text_.substr(at_, end - at_);
    if (boundaries_ > 0 && content.starts_with("--") && boundary_line(content)) {
      skip_line(end);
      if (begin_next_) begin(end, begin_digest_);
      return;
    }
    const std::size_t start = at_;
    skip_line(end);
    if (in_header && (content == "\n" || content == "\r\n")) header_ends(start, end);
  }

  void skip_line(std::size_t end) {
    lines_ += text_[end - 1] == '\n' ? 1 : 0;
    at_ = end;
  }

  /// Innermost first: a part may lack its own end. True when the line was one.
  bool boundary_line(std::string_view content) {
    begin_next_ = false;
    for (std::size_t i = stack_.size(); i-- > 0;) {
      auto& open = stack_[i];
      if (open.boundary.empty() || !content.starts_with(open.boundary)) continue;
      auto rest = content.substr(open.boundary.size());
      const bool last = rest.starts_with("--");
      if (last) rest.remove_prefix(2);
      // Blanks may follow (RFC 2046 section 5.1.1); a longer name that starts alike is another boundary.
      const bool alike = !base::trim(rest).empty();
      if (alike && !open.closed) note(open.entity, boundary_alike, at_);
      if (!alike && open.closed) note(open.entity, part_after_end, at_);
      if (alike || open.closed) continue;
      close_to(i, before_line_end());
      if (last) {
        stack_[i].closed = true;
      } else if (parts_ < limits_.parts) {
        begin_next_ = true;
        begin_digest_ = stack_[i].entity.type.is("multipart", "digest");
      } else {
        note(stack_[i].entity, too_many_parts, at_);
      }
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
      // The empty line of a part without a body is the line end before the boundary too: what holds the part
      // reaches as far as it.
      end = entity.end;
      if (!open.boundary.empty()) --boundaries_;
      stack_.back().entity.children.push_back(std::move(entity));
    }
  }

  void finish(Open& open, Entity& entity, std::size_t end) {
    if (open.in_header) {
      read_header(open, entity, std::max(entity.header, end));
      entity.body = std::max(entity.header, end);
      // The message itself, and a part that is empty altogether, may do without.
      if (!stack_.empty() && &open != &stack_.front() && end > entity.header)
        note(entity, no_empty_line, entity.body);
    }
    // A part without a body may end before its empty line does.
    entity.end = std::max(entity.body, end);
    if (entity.end > entity.body) {
      entity.lines = lines_ - (end < at_ ? 1 : 0) - open.lines_ahead + (text_[end - 1] == '\n' ? 0 : 1);
    }
    if (open.boundary.empty() || open.closed) return;
    entity.truncated = true;
    note(entity, entity.children.empty() ? no_parts : missing_end, entity.end);
  }

  void read_header(Open& open, Entity& entity, std::size_t end) {
    auto rest = text_.substr(entity.header, end - entity.header);
    header::Field type;
    header::Field encoding;
    header::Field disposition;
    while (const auto field = header::take_field(rest)) {
      if (field->name.empty()) continue;
      if (base::to_lower(field->name.front()) != 'c') continue;
      take(entity, *field, "Content-Type", type, two_content_types);
      take(entity, *field, "Content-Transfer-Encoding", encoding, two_encodings);
      take(entity, *field, "Content-Disposition", disposition, two_dispositions);
    }
    open.type_field = type.text;
    if (!type.name.empty()) {
      entity.type = parse_content_type(type.body);
      // What is no type is taken for text/plain (RFC 2045 section 5.2).
      const bool stand_in = entity.type.is("text", "plain") &&
                            base::lower(type.body.substr(0, 1000)).find("plain") == std::string::npos;
      if (stand_in) note(entity, bad_content_type, offset_of(type.text));
    } else if (open.in_digest) {
      entity.type.type = "message";
      entity.type.subtype = "rfc822";
    }
    if (!encoding.name.empty()) read_encoding(entity, encoding);
    if (!disposition.name.empty()) {
      entity.disposition = offset_of(disposition.body);
      entity.disposition_size = disposition.body.size();
    }
  }

  std::size_t offset_of(std::string_view inside) const {
    return static_cast<std::size_t>(inside.data() - text_.data());
  }

  void take(Entity& entity, const header::Field& field, std::string_view name, header::Field& to,
            const base::Rule& twice) {
    if (!base::iequals(field.name, name)) return;
    if (!to.name.empty()) return note(entity, twice, offset_of(field.text));
    const auto size = std::min(field.body.size(), header::text_limit);
    const auto costs = std::max(size, free_octets) - free_octets;
    if (costs > limits_.fields) return note(entity, too_much_header, offset_of(field.text));
    limits_.fields -= costs;
    to = field;
  }

  void read_encoding(Entity& entity, const header::Field& field) {
    entity.encoding = base::lower(header::unfold(field.body.substr(0, header::text_limit)));
    const bool composite = entity.type.type == "multipart" || entity.is_message();
    const auto at = offset_of(field.text);
    if (!is_known_encoding(entity.encoding)) return note(entity, unknown_encoding, at);
    if (!is_plain_encoding(entity.encoding)) note(entity, odd_encoding, at);
    if (composite && !is_identity_encoding(entity.encoding)) note(entity, encoded_composite, at);
  }

  void header_ends(std::size_t start, std::size_t end) {
    auto& open = stack_.back();
    open.in_header = false;
    open.entity.body = end;
    open.lines_ahead = lines_;
    read_header(open, open.entity, start);
    const bool multipart = open.entity.type.type == "multipart";
    if (!multipart && !(open.entity.is_message() && is_identity_encoding(open.entity.encoding))) return;
    if (stack_.size() >= limits_.depth || parts_ >= limits_.parts) {
      note(open.entity, parts_ >= limits_.parts ? too_many_parts : too_deep, end);
    } else if (multipart) {
      open_multipart(open);
    } else {
      begin(end, false);
    }
  }

  void open_multipart(Open& open) {
    auto& entity = open.entity;
    const auto at = offset_of(open.type_field);
    const auto boundary = boundary_of(open);
    if (boundary.empty() || boundary.size() > boundary_limit) return note(entity, no_boundary, at);
    if (!is_good_boundary(boundary)) note(entity, bad_boundary, at);
    if (!is_plainly_written(open.type_field, entity.type.parameters, boundary))
      note(entity, odd_boundary, at);
    open.boundary = "--" + boundary;
    ++boundaries_;
    for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
      const auto& outer = stack_[i].boundary;
      if (!outer.empty() && !stack_[i].closed && open.boundary.starts_with(outer))
        return note(entity, boundary_nested, at);
    }
  }

  /// The plain form counts, as most have it, and then the one in pieces (RFC 2231 section 3).
  static std::string boundary_of(const Open& open) {
    const auto& parameters = open.entity.type.parameters;
    const auto* plain = find(parameters, "boundary");
    return plain != nullptr ? *plain : header::parameter(parameters, "boundary").value_or("");
  }

  std::string_view text_;
  Limits limits_;
  std::size_t at_ = 0;
  std::size_t lines_ = 0;  // line ends before at_
  std::size_t parts_ = 0;
  std::size_t noted_ = 0;
  std::size_t boundaries_ = 0;  // in the stack
  bool begin_next_ = false;     // a part follows the boundary line that was seen last
  bool begin_digest_ = false;   // in a digest
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
    if (!inside && at->is_message() && !at->children.empty()) from = &at->children.front();
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

#include "mime/binary_gateway.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "header/field.hpp"
#include "header/parameter.hpp"
#include "mime/body_decoder.hpp"

namespace mime {

namespace {

constexpr std::size_t depth_limit = 100;
// What programs write against the 70 of RFC 2046 section 5.1.1, and what may stand around it.
constexpr std::size_t boundary_limit = 200;
constexpr std::size_t boundary_line_limit = boundary_limit + 100;

std::string boundary_of(const ContentType& type) {
  const auto* plain = find(type.parameters, "boundary");
  return plain != nullptr ? *plain : header::parameter(type.parameters, "boundary").value_or("");
}

}  // namespace

/// What a header says of the body behind it; of a field that stands there twice, the first counts.
struct BinaryGateway::Fields {
  ContentType type;
  std::string encoding;
  bool version = false;

  Fields(std::string_view header, bool digest) {
    bool typed = false;
    while (const auto field = header::take_field(header)) {
      const auto body = field->body.substr(0, header::text_limit);
      if (base::iequals(field->name, "Content-Type") && !std::exchange(typed, true)) {
        type = parse_content_type(body);
      } else if (base::iequals(field->name, "Content-Transfer-Encoding") && encoding.empty()) {
        encoding = base::lower(header::unfold(body));
        encoding.erase(std::min(encoding.find_first_of(" \t(;"), encoding.size()));
      } else if (base::iequals(field->name, "MIME-Version")) {
        version = true;
      }
    }
    if (!typed && digest) type = {"message", "rfc822", {}};
  }

  bool binary() const { return encoding == "binary"; }
  bool is_multipart() const { return type.type == "multipart"; }
  bool is_message() const { return type.is("message", "rfc822") || type.is("message", "global"); }
  bool composite() const { return is_identity_encoding(encoding) && (is_multipart() || is_message()); }
};

void BinaryGateway::update(std::string_view octets, std::string& out) {
  while (!octets.empty() && trouble_.empty()) {
    if (state_ == State::header || line_start_) {
      take_line(octets, out);
    } else {
      take_content(octets, out);
    }
  }
}

/// Of a body, no further than its start is that of a boundary.
void BinaryGateway::take_line(std::string_view& octets, std::string& out) {
  const bool in_header = state_ == State::header;
  const auto limit = boundary_line_limit + (in_header ? header_limit_ : 0);
  const auto end = octets.find('\n');
  const auto size = std::min(end == octets.npos ? octets.size() : end + 1, limit + 1 - line_.size());
  line_ += octets.substr(0, size);
  octets.remove_prefix(size);
  const bool whole = line_.ends_with('\n');
  if (in_header) {
    if (whole) return header_line(out);
    if (header_.size() + line_.size() > limit) trouble_ = "the header of a part is too long";
    return;
  }
  const bool dashes = std::string_view("--").substr(0, line_.size()) == line_.substr(0, 2);
  if (dashes && !whole && line_.size() <= limit) return;
  const auto line = std::exchange(line_, {});
  if (boundary_line(line, out)) return;
  line_start_ = false;
  if (std::exchange(line_end_, false)) put("\r\n", out);
  for (std::string_view rest = line; !rest.empty();) take_content(rest, out);
}

void BinaryGateway::header_line(std::string& out) {
  auto line = std::exchange(line_, {});
  if (boundary_line(line, out)) return;
  line.pop_back();
  const bool ended = line.ends_with('\r');
  if (ended) line.pop_back();
  bare_ = bare_ || !ended || line.find('\r') != line.npos;
  too_long_ = too_long_ || line.size() > line_limit_;
  if (line.empty()) {
    header_ends(out);
    out += '\n';
    return;
  }
  header_ += line + '\n';
  if (header_.size() > header_limit_) trouble_ = "the header of a part is too long";
}

/// Up to the end of a line.
void BinaryGateway::take_content(std::string_view& octets, std::string& out) {
  if (std::exchange(carriage_return_, false)) {
    if (octets.starts_with('\n')) {
      octets.remove_prefix(1);
      return put_line_end(out);
    }
    put("\r", out);
  }
  const auto end = octets.find('\n');
  auto content = octets.substr(0, end);
  octets.remove_prefix(std::min(content.size() + 1, octets.size()));
  const bool ended = content.ends_with('\r');
  if (ended) content.remove_suffix(1);
  put(content, out);
  if (end == octets.npos) {
    carriage_return_ = ended;
  } else if (ended) {
    put_line_end(out);
  } else {
    put("\n", out);
  }
}

void BinaryGateway::put(std::string_view content, std::string& out) {
  if (state_ == State::binary) return encoder_.update(content, out);
  bare_ = bare_ || content.find_first_of("\r\n") != content.npos;
  column_ += content.size();
  too_long_ = too_long_ || column_ > line_limit_;
  out += content;
}

void BinaryGateway::put_line_end(std::string& out) {
  line_start_ = true;
  line_end_ = state_ == State::binary;
  if (state_ == State::text) out += '\n';
  column_ = 0;
}

/// What is open ends before a boundary, or with the message.
void BinaryGateway::end_part(std::string& out) {
  if (state_ == State::header) header_ends(out);
  if (state_ == State::binary) encoder_.finish(out);
  if (column_ > 0) out += '\n';
  column_ = 0;
  line_end_ = false;
}

/// Innermost first: a part may lack its own end. True when the line was one.
bool BinaryGateway::boundary_line(std::string_view line, std::string& out) {
  if (!line.starts_with("--") || line.size() > boundary_line_limit) return false;
  for (std::size_t i = open_.size(); i-- > 0;) {
    if (!line.starts_with(open_[i].boundary)) continue;
    auto rest = line.substr(open_[i].boundary.size());
    const bool last = rest.starts_with("--");
    if (last) rest.remove_prefix(2);
    if (rest.ends_with("\r\n")) rest.remove_suffix(2);
    if (rest.find_first_not_of(" \t") != rest.npos) continue;  // RFC 2046 section 5.1.1
    end_part(out);
    out += std::string(line.substr(0, line.find_first_of("\r\n"))) + '\n';
    in_digest_ = open_[i].digest;
    open_.resize(last ? i : i + 1);
    state_ = last ? State::text : State::header;
    line_start_ = true;
    return true;
  }
  return false;
}

void BinaryGateway::header_ends(std::string& out) {
  const Fields fields(header_, in_digest_);
  put_header(fields, out);
  header_.clear();
  top_ = in_digest_ = false;
  begin_body(fields);
}

/// A part that holds others may not be encoded itself (RFC 2045 section 6.4), and what it holds is lines of
/// 8 bit at most from now on.
void BinaryGateway::put_header(const Fields& fields, std::string& out) {
  if (!fields.binary()) {
    out += header_;
    return;
  }
  bool first = true;
  std::string_view rest = header_;
  while (const auto field = header::take_field(rest)) {
    if (!base::iequals(field->name, "Content-Transfer-Encoding")) {
      out += field->text;
    } else if (std::exchange(first, false)) {
      out += std::string(field->name) + (fields.composite() ? ": 8bit\n" : ": base64\n");
    }
  }
  // Without it the field means nothing to many.
  if (top_ && !fields.version) out += "MIME-Version: 1.0\n";
  changed_ = changed_ || !fields.composite();
}

void BinaryGateway::begin_body(const Fields& fields) {
  line_start_ = true;
  state_ = State::text;
  if (fields.composite() && fields.is_message()) {
    state_ = State::header;
  } else if (fields.composite()) {
    const auto boundary = boundary_of(fields.type);
    if (boundary.size() > boundary_limit || open_.size() >= depth_limit) {
      trouble_ = "parts with boundaries too long, or too deep inside one another";
    } else if (!boundary.empty()) {
      open_.push_back({"--" + boundary, fields.type.is("multipart", "digest")});
    } else if (fields.binary()) {
      trouble_ = "a binary multipart without boundary";
    }
  } else if (fields.binary()) {
    state_ = State::binary;
    encoder_ = codec::Base64Encoder();
  }
}

void BinaryGateway::finish(std::string& out) {
  if (!trouble_.empty()) return;
  auto line = std::exchange(line_, {});
  if (line.empty() || !boundary_line(line, out)) {
    if (state_ == State::header) {
      bare_ = bare_ || line.find('\r') != line.npos;
      too_long_ = too_long_ || line.size() > line_limit_;
      if (!line.empty()) header_ += line + '\n';
    } else {
      if (line_end_) put("\r\n", out);
      for (std::string_view rest = line; !rest.empty();) take_content(rest, out);
      if (carriage_return_) put("\r", out);
    }
  } else if (state_ == State::header) {
    // The boundary was the last line: the part behind it has nothing, not even a header.
    return;
  }
  end_part(out);
}

}  // namespace mime

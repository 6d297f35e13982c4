#include "header/field.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace header {

namespace {

/// Length of the line at the start of `text`, its LF included.
std::size_t line_length(std::string_view text) {
  const auto end = text.find('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

bool is_empty_line(std::string_view text) {
  return text.starts_with('\n') || text.starts_with("\r\n");
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// Printable ASCII without colon, and the blanks that old programs left before the colon (section 4.5).
bool is_field_name(std::string_view name) {
  if (name.empty()) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 127; });
}

}  // namespace

std::string_view within_limit(std::string_view body, base::Defects* defects) {
  if (body.size() > text_limit) base::note(defects, long_text, text_limit);
  return body.substr(0, text_limit);
}

std::size_t body_offset(std::string_view message) {
  std::size_t at = 0;
  while (at < message.size()) {
    const auto rest = message.substr(at);
    const auto length = line_length(rest);
    at += length;
    if (is_empty_line(rest)) return at;
  }
  return message.size();
}

std::optional<Field> take_field(std::string_view& rest) {
  if (rest.empty() || is_empty_line(rest)) return std::nullopt;
  std::size_t length = line_length(rest);
  while (length < rest.size() && base::is_wsp(rest[length])) length += line_length(rest.substr(length));
  Field field;
  field.text = rest.substr(0, length);
  rest.remove_prefix(length);
  const auto colon = field.text.find(':');
  const auto name = base::trim(field.text.substr(0, colon == std::string_view::npos ? 0 : colon));
  if (is_field_name(name) && !base::is_wsp(field.text.front())) {
    field.name = name;
    field.body = without_line_end(field.text.substr(colon + 1));
  }
  return field;
}

std::vector<Field> parse_fields(std::string_view message, std::size_t limit) {
  std::vector<Field> out;
  while (out.size() < limit) {
    auto field = take_field(message);
    if (!field) break;
    out.push_back(*field);
  }
  return out;
}

const Field* find(const std::vector<Field>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return base::iequals(field.name, name); });
  return found == fields.end() ? nullptr : &*found;
}

std::string unfold(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    const bool line_end = c == '\n' || (c == '\r' && i + 1 < body.size() && body[i + 1] == '\n');
    if (!line_end) out += c == '\r' || c == '\0' ? ' ' : c;
  }
  return std::string(base::trim(out));
}

}  // namespace header

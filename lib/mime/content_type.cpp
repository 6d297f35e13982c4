#include "mime/content_type.hpp"

#include <algorithm>

#include "base/scanner.hpp"

namespace mime {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_token(char c) {
  return !base::is_control(c) && !is_blank(c) &&
         std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

/// Blanks and comments (RFC 822), which may stand between any two tokens.
void skip_blanks(base::Scanner& in) {
  while (true) {
    in.take_while(is_blank);
    if (!in.take('(')) return;
    for (int depth = 1; depth > 0 && !in.done();) {
      const char c = in.next();
      if (c == '\\') in.next();
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    }
  }
}

std::string take_quoted(base::Scanner& in) {
  std::string out;
  while (!in.done() && !in.take('"')) {
    if (in.take('\\') && in.done()) break;
    const char c = in.next();
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

/// A token; wider than the grammar, since programs write unquoted slashes, equals signs and raw 8-bit names.
std::string take_value(base::Scanner& in) {
  if (in.take('"')) return take_quoted(in);
  return std::string(in.take_while([](char c) { return c != ';' && !is_blank(c) && c != '('; }));
}

/// Blanks in a file name that is not quoted: the value goes on to the semicolon.
void take_rest_of_name(base::Scanner& in, std::string_view name, std::string& value) {
  if (name != "name" && name != "filename") return;
  const auto start = in.offset();
  const auto rest = in.take_while([](char c) { return c != ';' && c != '=' && c != '"' && c != '('; });
  const auto words = base::trim(rest);
  if ((in.done() || in.peek() == ';') && !words.empty()) {
    value += ' ';
    value += words;
  } else {
    in.back_to(start);
  }
}

/// Semicolons may be missing in front of parameters, as in the examples of RFC 2231.
Parameters take_parameters(base::Scanner& in, std::size_t limit) {
  Parameters out;
  bool after_value = true;
  while (!in.done() && out.size() < limit) {
    if (!after_value) in.take_while([](char c) { return c != ';'; });
    in.take(';');
    skip_blanks(in);
    const auto name = base::lower(in.take_while(is_token));
    skip_blanks(in);
    after_value = !name.empty() && in.take('=');
    if (!after_value) continue;
    skip_blanks(in);
    const bool quoted = in.peek() == '"';
    auto value = take_value(in);
    if (!quoted) take_rest_of_name(in, name, value);
    skip_blanks(in);
    out.emplace_back(name, std::move(value));
  }
  return out;
}

}  // namespace

ContentType parse_content_type(std::string_view body) {
  base::Scanner in(body);
  skip_blanks(in);
  const auto type = in.take_while(is_token);
  skip_blanks(in);
  const bool slash = in.take('/');
  skip_blanks(in);
  const auto subtype = in.take_while(is_token);
  ContentType out;
  if (type.empty() || subtype.empty() || !slash) return out;
  out.type = base::lower(type);
  out.subtype = base::lower(subtype);
  out.parameters = take_parameters(in, 1000);
  return out;
}

Disposition parse_disposition(std::string_view body) {
  base::Scanner in(body);
  skip_blanks(in);
  Disposition out;
  out.value = base::lower(in.take_while(is_token));
  out.parameters = take_parameters(in, 1000);
  return out;
}

Parameters parse_parameters(std::string_view text, std::size_t limit) {
  base::Scanner in(text);
  return take_parameters(in, limit);
}

const std::string* find(const Parameters& parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& one) { return base::iequals(one.first, name); });
  return found == parameters.end() ? nullptr : &found->second;
}

}  // namespace mime

#include "mime/content_type.hpp"

#include <algorithm>

#include "base/scanner.hpp"
#include "header/cfws.hpp"
#include "header/field.hpp"

namespace mime {

namespace {

constexpr std::size_t parameter_limit = 1000;

/// Wider than a token, as the value of Content-Disposition that programs write.
bool is_type_text(char c) {
  return !header::is_blank(c) && std::string_view(";(/\",").find(c) == std::string_view::npos;
}

std::string take_type(base::Scanner& in, base::Defects* defects) {
  header::skip_cfws(in, defects);
  auto out = base::lower(in.take_while(is_type_text));
  header::skip_cfws(in, defects);
  return out;
}

/// What the value of Content-Disposition is when a program wrote only parameters.
bool is_parameter(std::string_view text) {
  return base::istarts_with(text, "filename=") || base::istarts_with(text, "filename*");
}

}  // namespace

ContentType parse_content_type(std::string_view body, base::Defects* defects) {
  base::Scanner in(header::within_limit(body, defects));
  ContentType out;
  auto type = take_type(in, defects);
  const auto slash = in.offset();
  const bool has_slash = in.take('/');
  auto subtype = has_slash ? take_type(in, defects) : std::string();
  if (type.empty() || !has_slash) {
    base::note(defects, missing_type, slash);
    return out;
  }
  while (in.peek() == '/') {
    base::note(defects, text_after_type, in.offset());
    in.next();
    subtype += "/" + take_type(in, defects);
  }
  if (subtype.empty()) base::note(defects, missing_subtype, slash);
  // The default of section 5.2 keeps what the sender said of it.
  if (!subtype.empty()) out.type = std::move(type);
  if (!subtype.empty()) out.subtype = std::move(subtype);
  out.parameters = header::take_parameters(in, parameter_limit, defects);
  return out;
}

Disposition parse_disposition(std::string_view body, base::Defects* defects) {
  base::Scanner in(header::within_limit(body, defects));
  header::skip_cfws(in, defects);
  Disposition out;
  if (is_parameter(in.rest())) {
    base::note(defects, missing_disposition, in.offset());
    out.value = "attachment";
  } else {
    out.value = take_type(in, defects);
    if (out.value.empty()) base::note(defects, missing_disposition, in.offset());
  }
  out.parameters = header::take_parameters(in, parameter_limit, defects);
  return out;
}

Parameters parse_parameters(std::string_view text, std::size_t limit, base::Defects* defects) {
  base::Scanner in(header::within_limit(text, defects));
  return header::take_parameters(in, limit, defects);
}

const std::string* find(const Parameters& parameters, std::string_view name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& one) { return base::iequals(one.first, name); });
  return found == parameters.end() ? nullptr : &found->second;
}

}  // namespace mime

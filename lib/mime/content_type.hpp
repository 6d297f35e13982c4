// Content-Type and Content-Disposition as they are written (RFC 2045 section 5.1, RFC 2183): a value and its
// parameters, nothing decoded. Forgiving: parsing never fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/defect.hpp"
#include "header/check.hpp"
#include "header/parameter_list.hpp"

namespace mime {

inline constexpr base::Rule missing_type{"missing-type", "no type stands there: it is read as text/plain",
                                         "RFC 2045 5.1", base::Harm::ambiguous};
inline constexpr base::Rule missing_subtype{"missing-subtype", "a type has no subtype", "RFC 2045 5.1",
                                            base::Harm::ambiguous};
inline constexpr base::Rule text_after_type{"text-after-type", "text between the type and the parameters",
                                            "RFC 2045 5.1", base::Harm::ambiguous};
inline constexpr base::Rule missing_disposition{"missing-disposition", "parameters of no disposition",
                                                "RFC 2183 2"};

using Parameters = header::RawParameters;

struct ContentType {
  std::string type =
      "text";  // lower case; both are "text", "plain" where nothing usable is written (section 5.2)
  std::string subtype = "plain";
  Parameters parameters;
  bool is(std::string_view wanted_type, std::string_view wanted_subtype) const {
    return type == wanted_type && subtype == wanted_subtype;
  }
};

struct Disposition {
  std::string value;  // lower case; empty: there is none
  Parameters parameters;
};

/// Where only the subtype is missing, the parameters count; a text behind a second slash belongs to the
/// subtype.
ContentType parse_content_type(std::string_view body, base::Defects* defects = nullptr);
Disposition parse_disposition(std::string_view body, base::Defects* defects = nullptr);

/// Reads `; name=value` pairs, at most `limit`.
Parameters parse_parameters(std::string_view text, std::size_t limit = 1000,
                            base::Defects* defects = nullptr);

/// For header::check_header().
inline constexpr header::FieldCheck field_checks[] = {
    {"content-type",
     [](std::string_view body, base::Defects& defects) { parse_content_type(body, &defects); }},
    {"content-disposition",
     [](std::string_view body, base::Defects& defects) { parse_disposition(body, &defects); }},
};

/// The value of the first parameter of that name; nullptr if there is none.
const std::string* find(const Parameters& parameters, std::string_view name);

}  // namespace mime

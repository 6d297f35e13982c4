// Content-Type and Content-Disposition as they are written (RFC 2045 section 5.1, RFC 2183): a value and its
// parameters, nothing decoded. Forgiving: parsing never fails.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mime {

using Parameters =
    std::vector<std::pair<std::string, std::string>>;  // name in lower case, value without quotes

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

ContentType parse_content_type(std::string_view body);
Disposition parse_disposition(std::string_view body);

/// Reads `; name=value` pairs, at most `limit`.
Parameters parse_parameters(std::string_view text, std::size_t limit = 1000);

/// The value of the first parameter of that name; nullptr if there is none.
const std::string* find(const Parameters& parameters, std::string_view name);

}  // namespace mime

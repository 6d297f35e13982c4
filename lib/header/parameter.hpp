// The value of a parameter of Content-Type or Content-Disposition as text (RFC 2045 section 5.1, RFC 2231),
// and back. Takes the parameters as they were written, in order, names in lower case: what
// mime::parse_parameters gives.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "header/folding.hpp"
#include "header/parameter_list.hpp"

namespace header {

struct ParameterText {
  std::string value;     // UTF-8 on one line
  std::string charset;   // as it was written in; empty: not said
  std::string language;  // tag of RFC 5646; empty: not said
};

/// The parameter as UTF-8 on one line. Pieces (name*0, name*1*) are joined up to the first that is missing; a
/// form of RFC 2231 wins over the plain one. Also takes what programs write against the rules: encoded words
/// inside a value, raw 8-bit, a charset without its quotes or without the star, a charset in each piece.
std::optional<ParameterText> parameter_text(const RawParameters& raw, std::string_view name);
std::optional<std::string> parameter(const RawParameters& raw, std::string_view name);

/// `; name=value`, the value before it having reserved a column for the semicolon: a token, a quoted string,
/// or what is long or not ASCII as RFC 2231 has it.
void put_parameter(FieldWriter& field, std::string_view name, std::string_view value);

/// The same for readers that do not know RFC 2231: encoded words in quotes, which no standard allows and all
/// take.
void put_old_parameter(FieldWriter& field, std::string_view name, std::string_view value);

}  // namespace header

// The fields of a message header (RFC 5322 section 2.2). Parsing never fails: a line that is no field becomes
// one without a name. Works on LF and on CRLF text; values point into the text that was given.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/defect.hpp"

namespace header {

struct Field {
  std::string_view name;  // as written, without blanks before the colon; empty: the line is no field
  std::string_view body;  // behind the colon, with its folds, without the last line end
  std::string_view text;  // the whole field with its line ends
};

inline constexpr base::Rule long_text{"long-text", "a field behind its first 1.5 MiB is not read",
                                      "RFC 5322 2.1.1", base::Harm::damage};

/// What parsers read of one field at most, so that a line of 50 MB costs no more memory than this.
inline constexpr std::size_t text_limit = 3 << 19;
std::string_view within_limit(std::string_view body, base::Defects* defects);

/// Where the body starts: behind the first empty line, or at the end of a text that has none.
std::size_t body_offset(std::string_view message);

/// Takes the next field off `rest`; nothing at the empty line or the end of the text.
std::optional<Field> take_field(std::string_view& rest);

/// All fields up to the empty line, at most `limit`: enough for who only reads; who writes them again gives
/// SIZE_MAX. For what is wrong with them see header/check.hpp.
std::vector<Field> parse_fields(std::string_view message, std::size_t limit = 100'000);

/// The first field of that name, in any case; nullptr if there is none.
const Field* find(const std::vector<Field>& fields, std::string_view name);

/// Folds undone (section 2.2.3): line ends go, the blanks behind them stay; trimmed at both ends. A bare CR
/// and a NUL become blanks, so that the value is one line.
std::string unfold(std::string_view body);

}  // namespace header

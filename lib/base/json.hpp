// JSON text (RFC 8259) that is safe on a terminal, a value at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// Appends `text` as a JSON string in quotes. Control characters and the marks that turn the direction of
/// text are escaped; octets that are not UTF-8 become U+FFFD.
void put_json(std::string& out, std::string_view text);

/// Appends a key and its colon, behind a comma unless it is the first of its object. The second gives it a
/// number.
void put_json_key(std::string& out, std::string_view key);
void put_json_number(std::string& out, std::string_view key, std::uint64_t value);

}  // namespace base

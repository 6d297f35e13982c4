// UTF-8 (RFC 3629), one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// Length of the valid UTF-8 sequence at the start of `text` (section 4), 1 to 4; 0 if there is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view text);

/// The character that a valid sequence stands for, and back: empty for what is no character, as a surrogate.
std::uint32_t utf8_value(std::string_view sequence);
std::string utf8_character(std::uint32_t value);

/// The longest beginning of at most `limit` octets that cuts no character. What is no UTF-8 is cut anywhere.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

/// True for a valid sequence that a terminal obeys instead of showing: C1 controls, the marks that turn the
/// direction of text, and the separators of lines and paragraphs.
bool is_unsafe_utf8(std::string_view sequence);

}  // namespace base

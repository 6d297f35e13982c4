// Looks for words in mail: most of what SEARCH reads holds none of them, and is read at the speed of memory.
#pragma once

#include <string_view>

namespace imap {

/// Whether `text` holds `wanted`, ASCII letters in any case; those of `wanted` are lower. In time that grows
/// with the length of `text` alone, whatever both are.
bool holds_in_any_case(std::string_view text, std::string_view wanted);

}  // namespace imap

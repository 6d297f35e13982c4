// Unicode's normalization form C (UAX 15): the same characters are the same octets.
#pragma once

#include <string>
#include <string_view>

namespace codec {

/// ASCII, and what is no UTF-8, stays as it is.
std::string nfc(std::string_view text);

}  // namespace codec

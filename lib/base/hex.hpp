// Octets as hexadecimal digits.
#pragma once

#include <string>
#include <string_view>

namespace base {

/// Two digits for each octet, in lower case.
std::string to_hex(std::string_view octets);

}  // namespace base

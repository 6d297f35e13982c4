// Octets and numbers as hexadecimal digits, in lower case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// Two digits for each octet.
std::string to_hex(std::string_view octets);

/// At least so many digits, and no more zeros in front than that takes.
std::string hex_number(std::uint64_t value, std::size_t width = 1);

}  // namespace base

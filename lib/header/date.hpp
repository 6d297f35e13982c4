// Date and time of RFC 5322 section 3.3.
#pragma once

#include <cstdint>
#include <string>

namespace header {

/// `Tue, 14 Nov 2023 22:13:20 +0000` for seconds since 1970, always in UTC.
std::string format_date(std::uint64_t seconds);

}  // namespace header

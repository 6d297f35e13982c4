// MD5 (RFC 1321), for protocols that know nothing else, as APOP does. For nothing new.
#pragma once

#include <string>
#include <string_view>

namespace codec {

/// In 32 hexadecimal digits of lower case.
std::string md5(std::string_view text);

}  // namespace codec

// HMAC with SHA-1 (RFC 2104, 3174): what the sender rewriting scheme is keyed with everywhere. For nothing
// new.
#pragma once

#include <string>
#include <string_view>

namespace codec {

/// 20 octets.
std::string hmac_sha1(std::string_view key, std::string_view text);

}  // namespace codec

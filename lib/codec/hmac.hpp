// What SCRAM is made of (RFC 5802 section 2.2): SHA-256, HMAC (RFC 2104) and PBKDF2 (RFC 8018) with it, in
// octets. Nothing secret is left behind in memory that these functions have used, but for what they return.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace codec {

constexpr std::size_t sha256_size = 32;

std::string sha256(std::string_view text);
std::string hmac_sha256(std::string_view key, std::string_view text);

/// One block of 32 octets, which is Hi() of RFC 5802; no iteration counts as one.
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, std::uint32_t iterations);

/// In a time that depends on the lengths alone.
bool same_octets(std::string_view a, std::string_view b);

}  // namespace codec

// IMAP's modified UTF-7 (RFC 3501 section 5.1.3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace codec {

/// To UTF-8. Exit::data for what no encoder writes: 8-bit octets, unpaired surrogates, encoded ASCII, a
/// missing '-', bits left over.
base::Result<std::string> imap_utf7_decode(std::string_view text);

/// From UTF-8, which must be valid; other octets are taken for Latin-1.
std::string imap_utf7_encode(std::string_view text);

}  // namespace codec

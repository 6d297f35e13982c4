// A message with 8-bit bodies for a host that takes 7-bit ones alone (RFC 6152 section 3): such parts become
// quoted-printable or base64, and the fields that say so, also of what holds them, are changed. Signatures
// over what is changed break. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mime {

/// `message` with LF line ends. Exit::data: a header holds 8-bit octets, or a part may not be encoded.
base::Result<std::string> downgrade(std::string_view message);

}  // namespace mime

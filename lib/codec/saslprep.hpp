// Names and passwords before they are compared or hashed (RFC 4013): the mapping of blanks, what maps to
// nothing, and NFKC. The tables of what is prohibited or not assigned are left out: such a password is the
// user's affair.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace codec {

/// ASCII stays as it is. Exit::data: a control character, not UTF-8, or nothing left.
base::Result<std::string> saslprep(std::string_view text);

}  // namespace codec

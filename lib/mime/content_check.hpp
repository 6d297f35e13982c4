// Octets that a body should not have, told from how it is written: line ends, NULs, long lines, 8-bit.
#pragma once

#include <string_view>

#include "base/defect.hpp"
#include "mime/part.hpp"

namespace mime {

/// Of each kind the first in the part's own body, with its offset in the message; of a multipart in what
/// stands before, between and behind its parts, its boundary lines too. `crlf`: lines of this message end so.
void check_content(std::string_view message, const PartView& part, bool crlf, base::Defects& defects);

}  // namespace mime

// BODY and BODYSTRUCTURE (RFC 3501 section 7.4.2).
#pragma once

#include <string>
#include <string_view>

#include "mime/entity.hpp"

namespace imap {

/// `text`: the message that `entity` is the tree of. `extended`: with the extension data of BODYSTRUCTURE.
std::string format_body_structure(std::string_view text, const mime::Entity& entity, bool extended);

}  // namespace imap

// Which parts of a message a person reads, in order, when there is nothing but text to show.
#pragma once

#include <vector>

#include "mime/part.hpp"

namespace mime {

/// Indices into `parts`, as list_parts gives them. Of alternatives the plain text, else the last that can be
/// read (RFC 2046 section 5.1.4); of related and signed parts the first; no attachments. An attached message
/// (has_parts) stands for its header, and what is read of it follows.
std::vector<std::size_t> readable_parts(const std::vector<PartView>& parts);

}  // namespace mime

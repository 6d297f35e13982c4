// The first words of a message (RFC 8970).
#pragma once

#include <string>
#include <string_view>

#include "mime/entity.hpp"

namespace imap {

/// At most 200 characters of UTF-8 on one line; empty where there is no text to read. `root`: the tree of
/// `text`.
std::string preview(std::string_view text, const mime::Entity& root);

}  // namespace imap

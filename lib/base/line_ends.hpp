// Line ends in whole buffers, sixteen octets at a time: what every message passes through. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace base {

/// Where the first CR or LF of `text` stands; its size: there is none.
std::size_t find_line_end(std::string_view text);

/// How many LF are in `text`.
std::size_t count_line_feeds(std::string_view text);

/// How many LF in `text` have no CR before them; `before`: the octet in front of it. So much longer is text
/// on the wire than on the disk.
std::size_t count_bare(std::string_view text, char before);

}  // namespace base

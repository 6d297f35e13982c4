// How much longer mail gets on the wire than it is on the disk. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace maildir {

/// How many LF in `text` have no CR before them; `before`: the octet in front of it.
std::size_t count_bare(std::string_view text, char before);

}  // namespace maildir

// Numbers that name things for ever. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace maildir {

/// Of a message from the base of the first name that was seen of it: the same after the index was lost, and
/// never the same for two names but by a chance of 1 in 2^64.
std::uint64_t object_id(std::string_view base);

}  // namespace maildir

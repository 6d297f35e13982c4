// A message's id: 13 letters and digits that sort by time of arrival and hold no inode number, so that a
// spool can be copied, moved and restored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spool {

constexpr std::size_t id_length = 13;

/// From microseconds since 1970 and 12 random bits. Lower-case base32 (0-9 a-v).
std::string make_id(std::uint64_t microseconds, std::uint32_t random);

bool is_id(std::string_view text);

/// Microseconds since 1970 when the message arrived, from its id; 0 for what is none.
std::uint64_t arrival(std::string_view id);

/// The directory under queue/ that holds the message: one of "0" to "f", spread evenly.
std::string bucket(std::string_view id);

}  // namespace spool

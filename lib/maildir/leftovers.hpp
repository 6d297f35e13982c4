// What programs that were killed leave in a Maildir.
#pragma once

#include <cstdint>
#include <string>

namespace maildir {

constexpr std::uint64_t leftover_after = 36 * 3600;  // seconds; the Maildir convention for tmp/

/// Removes files from the folder's tmp/ that nobody has read, written or renamed for so long at `now`
/// (seconds since 1970). What cannot be removed stays.
void remove_leftovers(const std::string& folder, std::uint64_t now);

}  // namespace maildir

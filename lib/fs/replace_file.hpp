// A file that is written anew whole: who reads it sees the old one or the new one, never a piece.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fs {

/// `none`: a power loss may leave the old file, or an empty one; `full`: the new one is on disk, under its
/// name, when the function returns.
enum class Durability { none, full };

/// Writes the pieces, one behind the other, to `next`, and gives that the name `path`, in the same file
/// system. What stands at `next` before is removed; after an error nothing does.
base::Result<void> replace_file(const std::string& next, const std::string& path,
                                const std::vector<std::string_view>& pieces, Durability durability,
                                mode_t mode = 0600);

/// The same, on disk, for a file that is there and whose owner, group and mode stay as they are.
base::Result<void> replace_text(const std::string& next, const std::string& path, std::string_view text);

}  // namespace fs

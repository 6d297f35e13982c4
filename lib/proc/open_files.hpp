// How many files a process may have open.
#pragma once

#include <cstddef>

namespace proc {

/// As many as it may by its hard limit, `most` at most; never fewer than before. How many these are now.
std::size_t allow_files(std::size_t most);

}  // namespace proc

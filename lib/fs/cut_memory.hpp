// Mappings of files that somebody else may cut while they are mapped. Of what is cut off no pages are left,
// and the kernel tells whoever looks at one by SIGBUS, as it does for a bad sector. Nobody is to end for
// that: all of such a mapping becomes zeros, in memory of the process's own.
#pragma once

#include <cstddef>

namespace fs {

enum class Access { read, write };  // `write`: the zeros are shared with all that this process makes

/// Until forget_cuts. At most 32 at once; others are not watched.
void watch_for_cuts(void* memory, std::size_t size, Access access);
void forget_cuts(const void* memory);

/// Whether what is mapped at `memory`, its beginning, has become zeros.
bool is_cut(const void* memory);

/// Forgets and unmaps all of that kind.
void unmap_watched(Access access);

}  // namespace fs

// A file's data on its way to the disk before fsync(2) asks for it. fsync waits for the file system's journal
// as well; where blocks are allocated only when data is written back (ext4 above all), each fsync of a new
// file makes the journal commit once more, unless that has happened before.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fs {

// What either of them hears of the disk's errors the next fsync need not say again: data for which no blocks
// are found is dropped, and fsync then has nothing to write. So an error, Exit::io, counts as one of fs::sync()
// does, and is never to be tried again on the same descriptor. Where there is no such call nothing happens
// before fs::sync(), which needs none of this.

/// The data begins to be written. What goes wrong later shows at the next fs::sync() of this descriptor.
base::Result<void> begin_writeback(int descriptor, std::string_view what);

/// The data is with the disk, which may still lose it: on disk is it after fs::sync() alone.
base::Result<void> write_back(int descriptor, std::string_view what);

}  // namespace fs

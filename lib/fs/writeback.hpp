// A file's data on its way to the disk before fsync(2) asks for it. fsync waits for the file system's journal
// as well; where blocks are allocated only when data is written back (ext4 above all), each fsync of a new
// file makes the journal commit once more, unless that has happened before.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fs {

/// The data begins to be written; what goes wrong with it shows at the next fs::sync() of this descriptor.
void begin_writeback(int descriptor);

/// The data is with the disk, which may still lose it: on disk is it after fs::sync() alone. Exit::io: as
/// with fs::sync(), never to be tried again on the same descriptor.
base::Result<void> write_back(int descriptor, std::string_view what);

}  // namespace fs

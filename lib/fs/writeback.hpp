// A file's data on its way to the disk before fsync(2) asks for it. Where blocks are allocated only when data
// is written back (ext4 above all), each fsync of a new file makes the file system's journal commit by
// itself; of several that have begun together, the first commits for all.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fs {

/// The data begins to be written; on disk is it after fs::sync() alone. Exit::io: what has gone wrong by now.
/// It counts as an error of fs::sync() does, which need not say it again: data for which no blocks are found
/// is dropped, and then there is nothing to sync. That nothing can be begun here is no error.
base::Result<void> begin_writeback(int descriptor, std::string_view what);

}  // namespace fs

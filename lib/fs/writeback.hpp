// A file's data on its way to the disk before fsync(2) asks for it. Where blocks are allocated only when data
// is written back (ext4 above all), each fsync of a new file makes the file system's journal commit by itself;
// of several that have begun together, the first commits for all.
#pragma once

namespace fs {

/// The data begins to be written. What goes wrong with it, or that nothing is begun here, is no error: it is
/// on disk after fs::sync() alone, which says so.
void begin_writeback(int descriptor);

}  // namespace fs

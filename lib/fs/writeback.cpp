#include "fs/writeback.hpp"

#include <fcntl.h>

namespace fs {

void begin_writeback(int descriptor) {
  (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

/// This hears of the disk's errors instead of the next fsync: they count here.
base::Result<void> write_back(int descriptor, std::string_view what) {
  constexpr unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  if (sync_file_range(descriptor, 0, 0, all) != 0)
    return base::fail(base::Exit::io, base::system_error(what).what);
  return {};
}

}  // namespace fs

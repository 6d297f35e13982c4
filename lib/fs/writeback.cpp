#include "fs/writeback.hpp"

#include <fcntl.h>

namespace fs {

/// It does not wait: a disk's error that it heard of would be missing at the next fsync.
void begin_writeback(int descriptor) {
  (void)sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

}  // namespace fs

#include "fs/writeback.hpp"

#include <fcntl.h>

#include <cerrno>

namespace fs {

namespace {

/// Where the kernel has no such call, or a filter allows none, it fails in the same way on no descriptor.
bool is_missing(int error) {
  if (error != ENOSYS && error != EPERM) return false;
  return sync_file_range(-1, 0, 0, 0) != 0 && errno == error;
}

}  // namespace

/// It does not wait: of what goes wrong later the next fsync hears.
base::Result<void> begin_writeback(int descriptor, std::string_view what) {
  if (sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE) == 0) return {};
  const int error = errno;
  if (is_missing(error)) return {};
  return base::fail(base::Exit::io, base::system_error(what, error).what);
}

}  // namespace fs

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

base::Result<void> ask(int descriptor, unsigned how, std::string_view what) {
  if (sync_file_range(descriptor, 0, 0, how) == 0) return {};
  const int error = errno;
  if (is_missing(error)) return {};
  return base::fail(base::Exit::io, base::system_error(what, error).what);
}

}  // namespace

base::Result<void> begin_writeback(int descriptor, std::string_view what) {
  return ask(descriptor, SYNC_FILE_RANGE_WRITE, what);
}

base::Result<void> write_back(int descriptor, std::string_view what) {
  return ask(descriptor, SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER,
             what);
}

}  // namespace fs

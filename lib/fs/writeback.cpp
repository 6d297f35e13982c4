#include "fs/writeback.hpp"

#include <fcntl.h>

namespace fs {

namespace {

base::Result<void> ask(int descriptor, unsigned how, std::string_view what) {
  if (sync_file_range(descriptor, 0, 0, how) == 0) return {};
  return base::fail(base::Exit::io, base::system_error(what).what);
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

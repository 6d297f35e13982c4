#include "fs/lock.hpp"

#include <sys/file.h>

#include <cerrno>

namespace fs {

base::Result<Fd> try_lock(const std::string& path, const std::string& busy) {
  TRY_ASSIGN(Fd file, open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600));
  if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno == EWOULDBLOCK) return base::fail(base::Exit::temporary, path + ": " + busy);
  return base::system_error(path);
}

}  // namespace fs

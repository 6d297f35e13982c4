#include "maildir/entry.hpp"

#include <sys/stat.h>

#include "maildir/file_name.hpp"

namespace maildir {

bool is_message(DIR* directory, const dirent& item) {
  if (item.d_name[0] == '.' || base_of(item.d_name).empty()) return false;
  if (item.d_type != DT_UNKNOWN) return item.d_type == DT_REG;
  struct stat info = {};
  return fstatat(dirfd(directory), item.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(info.st_mode);
}

base::Result<fs::Fd> open_file(const std::string& path) {
  // O_NONBLOCK: the other end of a FIFO may never come.
  TRY_ASSIGN(auto file, fs::open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path);
  if (!S_ISREG(info.st_mode)) return base::fail(base::Exit::data, path + ": is no regular file");
  return file;
}

base::Result<std::string> read_file(const std::string& path, std::size_t limit) {
  TRY_ASSIGN(const auto file, open_file(path));
  struct stat info = {};
  if (fstat(file.get(), &info) != 0) return base::system_error(path);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size > limit)
    return base::fail(base::Exit::data, path + ": more than " + std::to_string(limit) + " bytes");
  return fs::read_up_to(file.get(), 0, size);
}

}  // namespace maildir

#include "fs/replace_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

#include "fs/fd.hpp"

namespace fs {

namespace {

base::Result<void> write_file(const std::string& path, const std::vector<std::string_view>& pieces,
                              Durability durability, mode_t mode) {
  TRY_ASSIGN(const auto file, open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  for (const auto piece : pieces) TRY(write_all(file.get(), piece));
  return durability == Durability::full ? sync(file.get(), path) : base::Result<void>();
}

/// `write` makes the file that `next` is then.
base::Result<void> replace(const std::string& next, const std::string& path, Durability durability,
                           const std::function<base::Result<void>()>& write) {
  unlink(next.c_str());
  auto done = write();
  if (done && std::rename(next.c_str(), path.c_str()) != 0) done = base::system_error(next);
  if (!done) {
    unlink(next.c_str());
    return done;
  }
  if (durability == Durability::none) return {};
  const auto slash = path.rfind('/');
  return sync_dir(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

/// Nobody may read it before it is as `like`.
base::Result<void> write_like(const std::string& path, std::string_view text, const struct stat& like) {
  TRY_ASSIGN(const auto file, open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  if (fchown(file.get(), like.st_uid, like.st_gid) != 0 || fchmod(file.get(), like.st_mode & 07777) != 0)
    return base::system_error(path);
  TRY(write_all(file.get(), text));
  return sync(file.get(), path);
}

}  // namespace

base::Result<void> replace_file(const std::string& next, const std::string& path,
                                const std::vector<std::string_view>& pieces, Durability durability,
                                mode_t mode) {
  return replace(next, path, durability, [&] { return write_file(next, pieces, durability, mode); });
}

base::Result<void> replace_text(const std::string& next, const std::string& path, std::string_view text) {
  struct stat before = {};
  if (stat(path.c_str(), &before) != 0) return base::system_error(path);
  return replace(next, path, Durability::full, [&] { return write_like(next, text, before); });
}

}  // namespace fs

#include "fs/replace_file.hpp"

#include <unistd.h>

#include <cstdio>

#include "fs/fd.hpp"

namespace fs {

namespace {

base::Result<void> write_file(const std::string& path, const std::vector<std::string_view>& pieces,
                              Durability durability, mode_t mode) {
  TRY_ASSIGN(const auto file, open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
  for (const auto piece : pieces) TRY(write_all(file.get(), piece));
  return durability == Durability::full ? sync(file.get(), path) : base::Result<void>();
}

}  // namespace

base::Result<void> replace_file(const std::string& next, const std::string& path,
                                const std::vector<std::string_view>& pieces, Durability durability,
                                mode_t mode) {
  unlink(next.c_str());
  auto done = write_file(next, pieces, durability, mode);
  if (done && std::rename(next.c_str(), path.c_str()) != 0) done = base::system_error(next);
  if (!done) {
    unlink(next.c_str());
    return done;
  }
  if (durability == Durability::none) return {};
  const auto slash = path.rfind('/');
  return sync_dir(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace fs

#include "maildir/leftovers.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

namespace maildir {

void remove_leftovers(const std::string& folder, std::uint64_t now) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir((folder + "/tmp").c_str()), closedir);
  if (!directory) return;
  const int place = dirfd(directory.get());
  while (const dirent* item = readdir(directory.get())) {
    struct stat info = {};
    if (fstatat(place, item->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode)) continue;
    const auto touched = std::max({info.st_atime, info.st_mtime, info.st_ctime, time_t{0}});
    if (now > static_cast<std::uint64_t>(touched) + leftover_after) unlinkat(place, item->d_name, 0);
  }
}

}  // namespace maildir

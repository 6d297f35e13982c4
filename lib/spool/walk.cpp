#include "spool/walk.hpp"

#include <dirent.h>

#include <cerrno>
#include <memory>
#include <optional>

#include "spool/id.hpp"

namespace spool {

namespace {

/// `trouble` takes the error of a folder; what is returned is the visitor's.
base::Result<void> walk_folder(const std::string& path, char folder, const Visit& visit,
                               std::optional<base::Error>& trouble) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
  if (!directory && !trouble) trouble = base::system_error(path);
  if (!directory) return {};
  while (true) {
    errno = 0;
    const dirent* item = readdir(directory.get());
    if (item == nullptr && errno != 0 && !trouble) trouble = base::system_error(path);
    if (item == nullptr) return {};
    const auto entry = parse_file_name(item->d_name);
    if (entry && bucket(entry->id)[0] == folder) TRY(visit(*entry, item->d_ino));
  }
}

}  // namespace

base::Result<void> walk(const std::string& spool, std::string_view folders, const Visit& visit) {
  std::optional<base::Error> trouble;
  for (const char folder : folders) TRY(walk_folder(spool + "/queue/" + folder, folder, visit, trouble));
  if (trouble) return *trouble;
  return {};
}

}  // namespace spool

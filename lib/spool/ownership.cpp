#include "spool/ownership.hpp"

#include <cerrno>
#include <cstdio>
#include <string_view>

namespace spool {

namespace {

std::string mode_of(const struct stat& info) {
  char text[16];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(info.st_mode & 07777));
  return text;
}

class Places {
 public:
  Places(const std::string& spool, const struct stat& root) : spool_(spool), root_(root) {}

  /// A folder, in which nobody removes what is another's.
  void folder(const std::string& name) {
    struct stat info = {};
    const auto path = name.empty() ? spool_ : spool_ + "/" + name;
    const std::string where = name.empty() ? "." : name;
    if (lstat(path.c_str(), &info) != 0)
      return odd(where, errno == ENOENT ? "is missing" : "cannot be looked at");
    if (name.empty()) info = root_;
    if (!S_ISDIR(info.st_mode)) return odd(where, "is no folder");
    if (info.st_uid != root_.st_uid) odd(where, "belongs to another user than the spool");
    const bool shared = (info.st_mode & 022) != 0 && (info.st_mode & 01000) == 0;
    if (shared) odd(where, "mode " + mode_of(info) + ": others may remove mail from it");
  }

  /// What need not be there; `bits` are those that it may have.
  void other(const std::string& name, mode_t kind, mode_t bits) {
    struct stat info = {};
    if (lstat((spool_ + "/" + name).c_str(), &info) != 0) {
      if (errno != ENOENT) odd(name, "cannot be looked at");
      return;
    }
    if ((info.st_mode & S_IFMT) != kind) return odd(name, "is something else than what belongs there");
    if (info.st_uid != root_.st_uid) odd(name, "belongs to another user than the spool");
    if ((info.st_mode & 0777 & ~bits) != 0) odd(name, "mode " + mode_of(info) + " gives others too much");
  }

  std::vector<Oddity> take() { return std::move(found_); }

 private:
  void odd(const std::string& where, std::string what) { found_.push_back({where, std::move(what)}); }

  const std::string& spool_;
  const struct stat root_;
  std::vector<Oddity> found_;
};

}  // namespace

base::Result<std::vector<Oddity>> odd_places(const std::string& spool) {
  struct stat root = {};
  // The spool's own name may be a link to another disk.
  if (stat(spool.c_str(), &root) != 0) return base::system_error(spool);
  Places places(spool, root);
  places.folder("");
  places.folder("queue");
  for (const char digit : std::string_view("0123456789abcdef")) places.folder(std::string("queue/") + digit);
  places.other("lock", S_IFREG, 0644);
  places.other("wake", S_IFIFO, 0622);
  places.other("damaged", S_IFDIR, 0755);
  places.other("full", S_IFDIR, 0710);
  return places.take();
}

std::optional<std::string> odd_file(const struct stat& file, const struct stat& folder) {
  if (!S_ISREG(file.st_mode)) return "is no plain file";
  if ((file.st_mode & 077) != 0) return "mode " + mode_of(file) + " instead of 0600: others may touch it";
  if (file.st_nlink > 1) return std::string("has another name somewhere, by which it can be changed");
  // Where a group puts mail in, a message is that of whoever queued it until the runner has seen it.
  const bool shared = (folder.st_mode & 020) != 0;
  if (!shared && file.st_uid != folder.st_uid && file.st_uid != 0)
    return "belongs to user " + std::to_string(file.st_uid) + ", the folder to " +
           std::to_string(folder.st_uid);
  return std::nullopt;
}

}  // namespace spool

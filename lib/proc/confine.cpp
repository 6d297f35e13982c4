#include "proc/confine.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "fs/fd.hpp"
#include "proc/log.hpp"

namespace proc {

namespace {

// The rights of Landlock's second version (Linux 5.19): the first forbids every rename from one directory to
// another, which is what a Maildir is made of.
constexpr int least_version = 2;
// Linux 6.2; before that, Landlock lets everybody truncate everything. Older headers do not name it.
constexpr int truncate_version = 3;
constexpr std::uint64_t truncate_right = 1ULL << 14;
constexpr std::uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t write_rights =
    read_rights | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t execute_rights = read_rights | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t all_rights =
    write_rights | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t rights_on_a_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                           LANDLOCK_ACCESS_FS_EXECUTE | truncate_right;

base::Result<void> allow(int rules, const std::vector<std::string>& paths, std::uint64_t rights) {
  for (const auto& path : paths) {
    const auto opened = fs::open(path, O_PATH);
    if (!opened && opened.error().code == base::Exit::no_input) continue;
    if (!opened) return opened.error();
    struct stat info = {};
    if (fstat(opened->get(), &info) != 0) return base::system_error(path);
    landlock_path_beneath_attr rule = {};
    rule.allowed_access = S_ISDIR(info.st_mode) ? rights : rights & rights_on_a_file;
    rule.parent_fd = opened->get();
    if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
      return base::system_error("landlock rule for " + path);
    }
  }
  return {};
}

}  // namespace

base::Result<void> keep_memory_private() {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::system_error("keep the memory private");
  return {};
}

base::Result<void> confine(const Confinement& allowed) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::system_error("no_new_privs");
  landlock_ruleset_attr attributes = {};
  const auto version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  const std::uint64_t truncate = version >= truncate_version ? truncate_right : 0;
  attributes.handled_access_fs = all_rights | truncate;
  if (version < least_version) {
    log("-", "unconfined", {{"reason", "this kernel has no Landlock, or an old one"}});
    return {};
  }
  const fs::Fd rules(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!rules) return base::system_error("landlock");
  TRY(allow(rules.get(), allowed.read, read_rights));
  TRY(allow(rules.get(), allowed.write, write_rights | truncate));
  TRY(allow(rules.get(), allowed.execute, execute_rights));
  if (syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) return base::system_error("landlock");
  return {};
}

}  // namespace proc

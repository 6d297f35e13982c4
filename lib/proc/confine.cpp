#include "proc/confine.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "fs/fd.hpp"
#include "proc/filters.hpp"
#include "proc/log.hpp"

namespace proc {

namespace {

// The rights of Landlock's second version (Linux 5.19): the first forbids every rename from one directory to
// another, which is what a Maildir is made of.
constexpr int least_version = 2;
constexpr std::uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t store_rights = read_rights | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                       LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE;
constexpr std::uint64_t keep_rights =
    store_rights | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t all_rights = keep_rights | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

// What came later; headers of Linux 6.1 name none of it. An older kernel takes the structure when the rest of
// it is 0.
struct Rules {
  std::uint64_t files = all_rights;
  std::uint64_t network = 0;
  std::uint64_t scope = 0;
};
constexpr std::uint64_t truncate_right = 1ULL << 14;  // version 3, Linux 6.2; before it all may truncate all
constexpr std::uint64_t bind_tcp = 1, connect_tcp = 2;      // version 4, 6.7
constexpr std::uint64_t device_ioctl = 1ULL << 15;          // version 5, 6.10
constexpr std::uint64_t abstract_sockets = 1, signals = 2;  // version 6, 6.12

constexpr std::uint64_t rights_on_a_file =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | truncate_right;

Rules rules_of(Role role, long version) {
  Rules out;
  if (version >= 3) out.files |= truncate_right;
  const bool calls = role == Role::caller || role == Role::resolver;
  if (version >= 4) out.network = calls ? bind_tcp : bind_tcp | connect_tcp;
  if (version >= 5) out.files |= device_ioctl;
  if (version >= 6) out.scope = abstract_sockets | signals;
  return out;
}

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

/// A connection may have its source address chosen: a port is never, which is what port 0 stands for.
base::Result<void> allow_source_address(int rules) {
  constexpr int rule_of_a_port = 2;
  const struct {
    std::uint64_t rights;
    std::uint64_t port;
  } rule = {bind_tcp, 0};
  if (syscall(SYS_landlock_add_rule, rules, rule_of_a_port, &rule, 0) == 0) return {};
  return base::system_error("landlock rule for a source address");
}

base::Result<void> restrict_files(const Confinement& allowed) {
  const auto version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < least_version) {
    log("-", "unconfined", {{"reason", "this kernel has no Landlock, or an old one"}});
    return {};
  }
  const auto handled = rules_of(allowed.role, version);
  const fs::Fd rules(static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (!rules) return base::system_error("landlock");
  const auto write = allowed.role == Role::keeper ? keep_rights : store_rights;
  TRY(allow(rules.get(), allowed.read, read_rights));
  TRY(allow(rules.get(), allowed.write, write | (handled.files & truncate_right)));
  if (allowed.role == Role::caller && handled.network != 0) TRY(allow_source_address(rules.get()));
  if (syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) return base::system_error("landlock");
  return {};
}

base::Result<void> restrict_calls(Role role) {
  const auto code = filters::of_roles[static_cast<std::size_t>(role)];
  const sock_fprog program = {static_cast<unsigned short>(code.size()),
                              const_cast<sock_filter*>(code.data())};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0) return {};
  // A kernel without it, or a container that does not let through what it does not know.
  if (errno != ENOSYS && errno != EINVAL && errno != EPERM) return base::system_error("seccomp");
  log("-", "unconfined", {{"reason", "this kernel has no seccomp filters"}});
  return {};
}

}  // namespace

base::Result<void> keep_memory_private() {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return base::system_error("keep the memory private");
  return {};
}

base::Result<void> confine(const Confinement& allowed) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return base::system_error("no_new_privs");
  TRY(restrict_files(allowed));
  return restrict_calls(allowed.role);
}

}  // namespace proc

#include "proc/become.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/auxv.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace proc {

base::Result<std::optional<Identity>> find_identity(const Options& given, std::string_view key) {
  const auto name = given.get(key);
  if (name.empty() || geteuid() != 0) return std::optional<Identity>();
  const passwd* user = getpwnam(name.c_str());
  if (user == nullptr)
    return base::fail(base::Exit::usage, std::string(key) + ": there is no user '" + name + "'");
  return std::optional<Identity>({user->pw_uid, user->pw_gid});
}

base::Result<void> become(const std::optional<Identity>& identity) {
  if (!identity) return {};
  if (setgroups(0, nullptr) != 0 || setgid(identity->gid) != 0 || setuid(identity->uid) != 0)
    return base::system_error("become the user with uid " + std::to_string(identity->uid));
  return {};
}

base::Result<void> drop_root(const Identity& identity) {
  return geteuid() == 0 ? become(identity) : base::Result<void>();
}

base::Result<void> become_caller() {
  if (getauxval(AT_SECURE) == 0) return {};
  const auto gid = getgid();
  const auto uid = getuid();
  if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
    return base::system_error("become the user who has called");
  if (clearenv() != 0 || setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1) != 0)
    return base::system_error("an environment of its own");
  return {};
}

}  // namespace proc

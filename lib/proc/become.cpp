#include "proc/become.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace proc {

base::Result<std::optional<Identity>> find_identity(const std::string& name) {
  if (name.empty() || geteuid() != 0) return std::optional<Identity>();
  const passwd* user = getpwnam(name.c_str());
  if (user == nullptr)
    return base::fail(base::Exit::configuration, "smtpd-user: there is no user '" + name + "'");
  return std::optional<Identity>({user->pw_uid, user->pw_gid});
}

base::Result<void> become(const std::optional<Identity>& identity) {
  if (!identity) return {};
  if (setgroups(0, nullptr) != 0 || setgid(identity->gid) != 0 || setuid(identity->uid) != 0)
    return base::system_error("become the user with uid " + std::to_string(identity->uid));
  return {};
}

}  // namespace proc

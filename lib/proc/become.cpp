#include "proc/become.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace proc {

base::Result<void> become_user(const std::string& name) {
  if (name.empty() || geteuid() != 0) return {};
  const passwd* user = getpwnam(name.c_str());
  if (user == nullptr)
    return base::fail(base::Exit::configuration, "smtpd-user: there is no user '" + name + "'");
  if (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) {
    return base::system_error("become " + name);
  }
  return {};
}

}  // namespace proc

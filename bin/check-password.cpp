// check-password: djb's checkpassword interface. A login from descriptor 3, then the arguments run as that
// user.
#include <grp.h>
#include <unistd.h>

#include <cstdlib>

#include "auth/password.hpp"
#include "auth/users.hpp"
#include "base/lines.hpp"
#include "fs/plain_file.hpp"
#include "proc/child.hpp"
#include "proc/run.hpp"
#include "serve/evidence.hpp"
#include "serve/quota_option.hpp"

namespace {

using base::Exit;

constexpr int request = 3;
constexpr std::size_t users_limit = 64 << 20;

base::Result<std::vector<auth::User>> read_users(const std::string& path) {
  auto text = fs::read_trusted(path, users_limit);
  if (!text) return base::fail(Exit::temporary, text.error().what);
  const auto whole = base::check_whole(*text, path);
  auto users = whole ? auth::parse_users(*text, path) : whole.error();
  auth::wipe(*text);
  if (!users) return base::fail(Exit::temporary, users.error().what);
  return users;
}

base::Result<void> become(const auth::User& user, bool root_login) {
  if (geteuid() == 0) {
    if (user.uid == 0 && !root_login)
      return base::fail(Exit::configuration, user.name + " has uid 0, and root-login is not yes");
    const auto gid = static_cast<gid_t>(user.gid);
    if (setgroups(1, &gid) != 0 || setgid(gid) != 0 || setuid(static_cast<uid_t>(user.uid)) != 0) {
      return base::fail(Exit::temporary, base::system_error("becoming " + user.name).what);
    }
  }
  if (chdir(user.home.c_str()) != 0) return base::fail(Exit::temporary, base::system_error(user.home).what);
  const bool told = user.quota.empty() ? unsetenv(serve::own_quota_variable) == 0
                                       : setenv(serve::own_quota_variable, user.quota.c_str(), 1) == 0;
  if (!told || setenv("USER", user.name.c_str(), 1) != 0 || setenv("HOME", user.home.c_str(), 1) != 0 ||
      setenv("SHELL", "/bin/sh", 1) != 0) {
    return base::fail(Exit::temporary, "no memory for the environment");
  }
  return {};
}

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.empty()) return base::fail(Exit::usage, "a program to run is missing");
  TRY_ASSIGN(const bool root_login, given.yes("root-login"));
  TRY_ASSIGN(const auto users, read_users(given.get("users")));
  TRY_ASSIGN(const auto name, serve::identify(request, given, users));
  close(request);
  const auto* user = auth::find(users, name);
  if (user == nullptr) return base::fail(Exit::not_permitted, "wrong name or password");
  TRY(become(*user, root_login));
  return base::fail(Exit::temporary, proc::exec(given.arguments, proc::Search::along_path).what);
}

constexpr proc::Option options[] = {{"evidence", "password|scram|token|apop|certificate",
                                     "what is on descriptor 3 besides the name", "password"}};
constexpr proc::Usage usage{"check-password",
                            "[OPTION]... -- PROGRAM [ARGUMENT]...",
                            "Check the login on descriptor 3, then run PROGRAM as that user.",
                            "  check-password -- id 3<login\n",
                            options,
                            serve::check_password_keys};

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

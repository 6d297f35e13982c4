// check-password: djb's checkpassword interface. Name, password and stamp from descriptor 3, then the
// arguments run as that user.
#include <grp.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "auth/password.hpp"
#include "auth/users.hpp"
#include "fs/fd.hpp"
#include "proc/run.hpp"

namespace {

using base::Exit;

constexpr std::size_t most_input = 512;  // the interface's own limit
constexpr std::size_t users_limit = 64 << 20;

struct Login {
  std::string name;
  std::string password;
};

base::Result<Login> read_login(int descriptor) {
  char input[most_input + 1];
  std::size_t length = 0;
  while (length < sizeof input) {
    const auto got = read(descriptor, input + length, sizeof input - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return base::fail(Exit::usage, "descriptor 3 is not readable: start me from a login program");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  const std::string_view text(input, length);
  const auto name_end = text.find('\0');
  const auto password_end = name_end == text.npos ? text.npos : text.find('\0', name_end + 1);
  const bool whole =
      length <= most_input && password_end != text.npos && text.find('\0', password_end + 1) != text.npos;
  Login login;
  if (whole) {
    login = {std::string(text.substr(0, name_end)),
             std::string(text.substr(name_end + 1, password_end - name_end - 1))};
  }
  explicit_bzero(input, sizeof input);
  if (!whole)
    return base::fail(Exit::usage, "descriptor 3: name, password and stamp, each ended by NUL, expected");
  return login;
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
  if (setenv("USER", user.name.c_str(), 1) != 0 || setenv("HOME", user.home.c_str(), 1) != 0 ||
      setenv("SHELL", "/bin/sh", 1) != 0) {
    return base::fail(Exit::temporary, "no memory for the environment");
  }
  return {};
}

base::Result<int> work(const proc::Options& options) {
  if (options.arguments.empty()) return base::fail(Exit::usage, "a program to run is missing");
  TRY_ASSIGN(auto login, read_login(3));
  close(3);
  auto text = fs::read_all(options.get("users"), users_limit);
  if (!text) return base::fail(Exit::temporary, text.error().what);
  auto users = auth::parse_users(*text, options.get("users"));
  auth::wipe(*text);
  if (!users) return base::fail(Exit::temporary, users.error().what);
  const auth::User* user = auth::find(*users, login.name);
  const bool right = auth::verify(user, login.password);
  auth::wipe(login.password);
  if (!right) return base::fail(Exit::not_permitted, "wrong name or password");
  TRY(become(*user, options.get("root-login") == "yes"));
  std::vector<char*> arguments;
  for (const auto& one : options.arguments) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  return base::fail(Exit::temporary, base::system_error(options.arguments[0]).what);
}

constexpr std::string_view keys[] = {"users", "root-login"};
constexpr proc::Usage usage{"check-password",
                            "[OPTION]... -- PROGRAM [ARGUMENT]...",
                            "Check the login on descriptor 3, then run PROGRAM as that user.",
                            "  check-password -- id 3<login\n",
                            {},
                            keys};

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

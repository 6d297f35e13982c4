// check-password: djb's checkpassword interface. A login from descriptor 3, then the arguments run as that
// user.
#include <grp.h>
#include <unistd.h>

#include <cstdlib>

#include "auth/apop.hpp"
#include "auth/pam.hpp"
#include "auth/password.hpp"
#include "auth/request.hpp"
#include "auth/scram.hpp"
#include "auth/users.hpp"
#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "fs/packet.hpp"
#include "fs/plain_file.hpp"
#include "proc/child.hpp"
#include "proc/run.hpp"
#include "serve/certificate_user.hpp"

namespace {

using base::Exit;

constexpr int request = 3;
constexpr std::size_t users_limit = 64 << 20;
constexpr unsigned token_seconds = 60;

base::Result<std::vector<auth::User>> read_users(const std::string& path) {
  auto text = fs::read_trusted(path, users_limit);
  if (!text) return base::fail(Exit::temporary, text.error().what);
  const auto whole = base::check_whole(*text, path);
  auto users = whole ? auth::parse_users(*text, path) : whole.error();
  auth::wipe(*text);
  if (!users) return base::fail(Exit::temporary, users.error().what);
  return users;
}

base::Error wrong() {
  return base::fail(Exit::not_permitted, "wrong name or password");
}

base::Result<std::string> by_password(const proc::Options& given, const std::vector<auth::User>& users) {
  TRY_ASSIGN(auto login, auth::read_login(request, auth::password_request_limit));
  const auto secret = auth::invention_secret(given.get("users"));
  const auto right = given.get("password-check") == "pam"
                         ? auth::verify_by_pam(login.name, login.password)
                         : base::Result<bool>(auth::verify(users, login.name, login.password, secret));
  auth::wipe(login.password);
  TRY(right);
  if (!*right) return wrong();
  return login.name;
}

/// The words of token-check are its arguments; the last one is what it starts if the token is good.
base::Result<std::vector<std::string>> token_command(const std::string& words) {
  auto out = base::words(words);
  if (out.empty()) return base::fail(Exit::configuration, "token-check is not set: nobody can check tokens");
  out.push_back("/bin/true");
  return out;
}

base::Result<std::string> by_token(const proc::Options& given) {
  TRY_ASSIGN(auto login, auth::read_login(request, auth::token_request_limit));
  TRY_ASSIGN(const auto command, token_command(given.get("token-check")));
  TRY_ASSIGN(auto sockets, fs::stream_sockets());
  auto& [ours, theirs] = sockets;
  std::string text = login.name + '\0' + login.password + '\0' + '\0';
  // It fits into the socket's buffer whether the program reads it or not.
  const auto handed = fs::write_all(ours.get(), text);
  auth::wipe(text);
  auth::wipe(login.password);
  TRY(handed);
  ours.reset();
  close(request);
  TRY_ASSIGN(const auto pid, proc::start({command, {{theirs.get(), request}}, {}}));
  TRY_ASSIGN(const int status, proc::wait(pid, token_seconds));
  if (status == 0) return login.name;
  if (status == 1 || status == static_cast<int>(Exit::not_permitted)) return wrong();
  return base::fail(Exit::temporary, "token-check ended with " + std::to_string(status));
}

base::Result<std::string> by_certificate(const proc::Options& given) {
  TRY_ASSIGN(const auto login, auth::read_login(request, auth::password_request_limit));
  auto user = serve::certificate_user(given, login.name);
  if (!user) return base::fail(Exit::temporary, user.error().what);
  return user;
}

base::Result<std::string> identify(const proc::Options& given, const std::vector<auth::User>& users) {
  const auto evidence = given.get("evidence");
  if (evidence == "password") return by_password(given, users);
  if (evidence == "scram") return auth::converse(request, users, auth::invention_secret(given.get("users")));
  if (evidence == "token") return by_token(given);
  if (evidence == "apop") return auth::user_by_apop(request, given.get("users") + ".apop");
  if (evidence == "certificate") return by_certificate(given);
  return base::fail(Exit::usage, "evidence: password, scram, token, apop or certificate expected");
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

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.empty()) return base::fail(Exit::usage, "a program to run is missing");
  TRY_ASSIGN(const bool root_login, given.yes("root-login"));
  TRY_ASSIGN(const auto users, read_users(given.get("users")));
  TRY_ASSIGN(const auto name, identify(given, users));
  close(request);
  const auto* user = auth::find(users, name);
  if (user == nullptr) return wrong();
  TRY(become(*user, root_login));
  return base::fail(Exit::temporary, proc::exec(given.arguments, proc::Search::along_path).what);
}

constexpr proc::Option options[] = {{"evidence", "password|scram|token|apop|certificate",
                                     "what is on descriptor 3 besides the name", "password"}};
constexpr std::string_view keys[] = {"users",  "root-login", "password-check", "token-check", "domains",
                                     "routes", "aliases",    "subaddress",     "postmaster"};
constexpr proc::Usage usage{"check-password",
                            "[OPTION]... -- PROGRAM [ARGUMENT]...",
                            "Check the login on descriptor 3, then run PROGRAM as that user.",
                            "  check-password -- id 3<login\n",
                            options,
                            keys};

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// Sets a user's password in the users file; the password comes on stdin.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "auth/password.hpp"
#include "auth/users.hpp"
#include "base/ascii.hpp"
#include "fs/lock.hpp"
#include "proc/run.hpp"

namespace {

constexpr std::string_view keys[] = {"users"};
constexpr proc::Usage usage = {"set-password",
                               "NAME < password",
                               "Set a user's password in the users file.",
                               "  set-password alice < password\n",
                               {},
                               keys};
constexpr std::size_t password_limit = 255;
constexpr std::size_t users_limit = 64 << 20;

/// One line; its end, LF or CRLF, does not count. No keyboard gives control characters to a login.
base::Result<std::string> read_password() {
  std::string text(password_limit + 3, '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = read(0, text.data() + length, text.size() - length);
    if (got < 0) return base::system_error("read the password");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  const std::size_t end = text.ends_with("\r\n") ? 2 : text.ends_with('\n') ? 1 : 0;
  text.resize(text.size() - end);
  const bool good = !text.empty() && text.size() <= password_limit &&
                    std::none_of(text.begin(), text.end(), base::is_control);
  if (!good) {
    return base::fail(base::Exit::data,
                      "one line of 1 to 255 octets without control characters is expected as the password");
  }
  return text;
}

/// A new file under the old one's owner and mode, then a rename: readers see the old or the new, whole.
base::Result<void> replace(const std::string& path, const std::string& text) {
  struct stat before = {};
  if (stat(path.c_str(), &before) != 0) return base::system_error(path);
  const std::string next = path + ".new";
  unlink(next.c_str());
  TRY_ASSIGN(const auto file, fs::open(next, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  if (fchown(file.get(), before.st_uid, before.st_gid) != 0 ||
      fchmod(file.get(), before.st_mode & 07777) != 0) {
    return base::system_error(next);
  }
  TRY(fs::write_all(file.get(), text));
  TRY(fs::sync(file.get(), next));
  if (std::rename(next.c_str(), path.c_str()) != 0) return base::system_error(path);
  const auto slash = path.rfind('/');
  return fs::sync_dir(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.size() != 1) return base::fail(base::Exit::usage, "one name is expected");
  const std::string path = given.get("users");
  TRY_ASSIGN(const auto lock, fs::try_lock(path + ".lock", "somebody else is setting a password"));
  TRY_ASSIGN(const auto text, fs::read_all(path, users_limit));
  TRY(auth::parse_users(text, path));
  TRY_ASSIGN(auto password, read_password());
  TRY_ASSIGN(const auto hash, auth::make_hash(password));
  auth::wipe(password);
  TRY_ASSIGN(const auto changed, auth::with_hash(text, given.arguments[0], hash));
  TRY(replace(path, changed));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

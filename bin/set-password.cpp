// Sets a user's password in the users file; the password comes on stdin.
#include <unistd.h>

#include <algorithm>

#include "auth/password.hpp"
#include "auth/scram.hpp"
#include "auth/users.hpp"
#include "base/ascii.hpp"
#include "fs/lock.hpp"
#include "fs/plain_file.hpp"
#include "fs/replace_file.hpp"
#include "proc/run.hpp"

namespace {

constexpr proc::Option options[] = {
    {"scheme", "yescrypt|scram-sha-256", "what is kept of the password; only scram-sha-256 serves SCRAM",
     "yescrypt"},
    {"iterations", "N", "of scram-sha-256: how much work each guess is", "16384"}};
constexpr std::string_view keys[] = {"users"};
constexpr proc::Usage usage = {"set-password",
                               "NAME < password",
                               "Set a user's password in the users file.",
                               "  set-password alice < password\n"
                               "  set-password --scheme=scram-sha-256 alice < password\n",
                               options,
                               keys};
constexpr std::uint64_t least_iterations = 4096;  // RFC 7677 section 4
constexpr std::uint64_t most_iterations = 10'000'000;
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

base::Result<std::string> make_hash(const proc::Options& given, const std::string& password) {
  const auto scheme = base::lower(given.get("scheme"));
  if (scheme == "yescrypt") return auth::make_hash(password);
  if (scheme != "scram-sha-256")
    return base::fail(base::Exit::usage, "scheme: yescrypt or scram-sha-256 expected");
  TRY_ASSIGN(const auto iterations, given.number("iterations", least_iterations, most_iterations));
  TRY(auth::keep_invention_secret(given.get("users")));
  return auth::make_scram_hash(password, static_cast<std::uint32_t>(iterations));
}

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.size() != 1) return base::fail(base::Exit::usage, "one name is expected");
  const std::string path = given.get("users");
  TRY_ASSIGN(const auto lock, fs::try_lock(path + ".lock", "somebody else is setting a password"));
  TRY_ASSIGN(const auto text, fs::read_trusted(path, users_limit));
  TRY(auth::parse_users(text, path));
  TRY_ASSIGN(auto password, read_password());
  TRY_ASSIGN(const auto hash, make_hash(given, password));
  auth::wipe(password);
  TRY_ASSIGN(const auto changed, auth::with_hash(text, given.arguments[0], hash));
  TRY(fs::replace_text(path + ".new", path, changed));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

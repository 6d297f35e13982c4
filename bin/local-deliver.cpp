// Delivers the message on stdin to one local user's Maildir. It is on disk when this ends with 0.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "auth/accounts.hpp"
#include "base/ascii.hpp"
#include "proc/run.hpp"
#include "serve/mailbox.hpp"

namespace {

constexpr proc::Option options[] = {{"user", "NAME", "the user of the users file who gets the message"}};
constexpr std::string_view keys[] = {"hostname", "domains", "users", "maildir"};
constexpr proc::Usage usage = {
    "local-deliver",
    "--user=NAME < message",
    "Deliver one message into a user's Maildir. SENDER and RECIPIENT name the envelope.",
    "  SENDER=a@b.test RECIPIENT=bob@example.test local-deliver --user=bob < message\n",
    options,
    keys};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : base::printable(value, 1000);
}

base::Result<std::string> read_stdin() {
  std::string out(64 * 1024, '\0');
  ssize_t got = 0;
  do {
    got = read(0, out.data(), out.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) return base::system_error("read the message");
  out.resize(static_cast<std::size_t>(got));
  return out;
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  const auto* account = accounts.find(base::lower(given.get("user")));
  if (account == nullptr)
    return base::fail(base::Exit::no_user, "no user '" + base::printable(given.get("user")) + "'");
  TRY(serve::become_account(*account));
  TRY(serve::deliver_to_mailbox(
      {account->home, given.get("maildir"), given.get("hostname"), variable("SENDER"), variable("RECIPIENT")},
      read_stdin));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

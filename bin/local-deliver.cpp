// Delivers the message on stdin to one local user's Maildir. It is on disk when this ends with 0.
#include <algorithm>
#include <cstdlib>

#include "auth/accounts.hpp"
#include "base/ascii.hpp"
#include "fs/stream.hpp"
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

/// From the environment; it becomes a line of the header.
base::Result<std::string> address(const char* name) {
  const char* given = std::getenv(name);
  const std::string value = given == nullptr ? "" : given;
  if (value.size() > 1000 || std::any_of(value.begin(), value.end(), base::is_control))
    return base::fail(base::Exit::data,
                      std::string(name) + ": '" + base::printable(value, 100) + "' is no address");
  return value;
}

base::Result<std::string> read_stdin() {
  std::string out;
  TRY(fs::read_some(0, out, 64 * 1024, "read the message"));
  return out;
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  const auto* account = accounts.find(base::lower(given.get("user")));
  if (account == nullptr)
    return base::fail(base::Exit::no_user, "no user '" + base::printable(given.get("user")) + "'");
  TRY_ASSIGN(const auto sender, address("SENDER"));
  TRY_ASSIGN(const auto recipient, address("RECIPIENT"));
  TRY(serve::become_account(*account));
  TRY(serve::confine_to_mailbox(account->home, given.get("maildir")));
  TRY(serve::deliver_to_mailbox(
      {account->home, given.get("maildir"), given.get("hostname"), sender, recipient}, read_stdin));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

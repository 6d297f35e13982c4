// Delivers the message on stdin to one local user's Maildir. It is on disk when this ends with 0.
#include <grp.h>
#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>

#include "auth/accounts.hpp"
#include "base/ascii.hpp"
#include "maildir/deliver.hpp"
#include "proc/run.hpp"
#include "serve/clock.hpp"

namespace {

constexpr proc::Option options[] = {{"user", "NAME", "the user of the users file who gets the message"}};
constexpr std::string_view keys[] = {"hostname", "domains", "users", "maildir"};
constexpr proc::Usage usage = {"local-deliver", "--user=NAME < message",
                               "Deliver one message into a user's Maildir. SENDER and RECIPIENT name the envelope.",
                               "  SENDER=a@b.test RECIPIENT=bob@example.test local-deliver --user=bob < message\n",
                               options, keys};
constexpr std::size_t header_limit = 1 << 20;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : base::printable(value, 1000);
}

base::Result<void> become(const auth::Account& account) {
  if (geteuid() != 0 || account.uid == 0) return {};
  if (setgroups(0, nullptr) != 0 || setgid(account.gid) != 0 || setuid(account.uid) != 0) {
    return base::system_error("become the user");
  }
  return {};
}

/// The message has been here before: it would come again for ever.
bool loops(std::string_view head, const std::string& delivered_to) {
  const auto end = head.find("\n\n");
  const std::string text = "\n" + std::string(head.substr(0, end)) + "\n";
  return text.find("\n" + delivered_to + "\n") != std::string::npos;
}

base::Result<std::string> read_some(bool& more) {
  std::string out(64 * 1024, '\0');
  const ssize_t got = read(0, out.data(), out.size());
  if (got < 0) return base::system_error("read the message");
  more = got > 0;
  out.resize(static_cast<std::size_t>(got));
  return out;
}

base::Result<void> copy(maildir::Delivery& into, std::string head, bool more) {
  TRY(into.write(head));
  while (more) {
    TRY_ASSIGN(const auto chunk, read_some(more));
    TRY(into.write(chunk));
  }
  return into.commit();
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto accounts, auth::Accounts::load(given.get("domains"), given.get("users")));
  const auto* account = accounts.find(base::lower(given.get("user")));
  if (account == nullptr) return base::fail(base::Exit::no_user, "no user '" + base::printable(given.get("user")) + "'");
  TRY(become(*account));
  const std::string delivered_to = "Delivered-To: " + variable("RECIPIENT");
  bool more = true;
  std::string head;
  while (more && head.size() < header_limit && head.find("\n\n") == std::string::npos) {
    TRY_ASSIGN(const auto chunk, read_some(more));
    head += chunk;
  }
  if (loops(head, delivered_to)) return base::fail(base::Exit::unavailable, "the message is in a loop: " + delivered_to);
  std::uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) < 0) return base::system_error("getrandom");
  const auto name = maildir::unique_name(serve::now_microseconds(), getpid(), 0, random, given.get("hostname"));
  TRY_ASSIGN(auto delivery, maildir::Delivery::create(account->home + "/" + given.get("maildir"), name));
  TRY(delivery.write("Return-Path: <" + variable("SENDER") + ">\n" + delivered_to + "\n"));
  TRY(copy(delivery, std::move(head), more));
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return proc::run(argc, argv, usage, work); }

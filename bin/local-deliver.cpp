// Delivers the message on stdin to one local user. It is safe when this ends with 0.
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "base/ascii.hpp"
#include "fs/stream.hpp"
#include "proc/run.hpp"
#include "serve/local_delivery.hpp"

namespace {

constexpr proc::Option options[] = {{"user", "NAME", "the user of the users file who gets the message"}};
constexpr std::string_view keys[] = {"hostname",   "domains",         "users",      "aliases",
                                     "lists",      "catch-all",       "postmaster", "maildir",
                                     "spool",      "subaddress",      "max-hops",   "quota",
                                     "over-quota", "program-timeout", "srs-secret", "srs-domain"};
constexpr proc::Usage usage = {
    "local-deliver",
    "--user=NAME < message",
    "Deliver one message as a user's home directory says, else into the Maildir. SENDER and RECIPIENT name "
    "the envelope.",
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

base::Result<spool::Message> read_message() {
  spool::Message out;
  out.envelope.id = "-";
  TRY_ASSIGN(out.envelope.sender, address("SENDER"));
  TRY_ASSIGN(out.file, fs::open_twice("-"));
  struct stat info = {};
  if (fstat(out.file.get(), &info) != 0) return base::system_error("standard input");
  out.envelope.length = static_cast<std::uint64_t>(info.st_size);
  return out;
}

base::Result<int> work(const proc::Options& given) {
  TRY_ASSIGN(const auto accounts, serve::AccountFiles::load(given));
  const auto user = base::lower(given.get("user"));
  const auto* account = accounts.policy().account_of(user);
  if (account == nullptr)
    return base::fail(base::Exit::no_user, "no user '" + base::printable(given.get("user")) + "'");
  TRY_ASSIGN(const auto recipient, address("RECIPIENT"));
  TRY_ASSIGN(const auto message, read_message());
  TRY_ASSIGN(auto local, serve::local_mail(given));
  local.apart = true;
  // Nothing remembers what is done: a target that has to be tried again is the last.
  local.rules.goes_on = false;
  serve::LocalDelivery delivery(std::move(local));
  const auto report = delivery.report(message, {user, *account, recipient, &accounts.policy()});
  if (report.exit == base::Exit::ok) return 0;
  return base::fail(report.exit, report.attempt.status + " " + report.attempt.reason);
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

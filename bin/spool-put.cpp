// Puts the message on stdin into the spool; prints its id once it is safe on disk.
#include "fs/fd.hpp"
#include "proc/run.hpp"
#include "serve/submit.hpp"

namespace {

constexpr proc::Option options[] = {{"sender,f", "ADDRESS", "the reverse-path; empty or <> for none", ""}};
constexpr std::string_view keys[] = {"hostname",    "spool",   "domains",       "users",      "routes",
                                     "relay-by-mx", "aliases", "catch-all",     "subaddress", "postmaster",
                                     "max-size",    "filter",  "filter-timeout"};
constexpr proc::Usage usage = {"spool-put",
                               "[-f SENDER] RECIPIENT... < message",
                               "Put a message into the spool and print its id.",
                               "  spool-put -f alice@example.test bob@example.test < message\n",
                               options,
                               keys};

base::Result<int> work(const proc::Options& given) {
  if (given.arguments.empty()) return base::fail(base::Exit::usage, "a recipient is needed");
  TRY_ASSIGN(auto submission, serve::Submission::prepare(given));
  TRY_ASSIGN(const auto sender, submission.check_sender(given.get("sender")));
  // Every recipient must have somewhere to go before anything is accepted.
  TRY_ASSIGN(const auto recipients, submission.check_recipients(given.arguments));
  serve::Handed message(0);
  TRY_ASSIGN(const auto id, submission.put(message, {}, false, sender, recipients));
  // The message is safe, whoever hears of it: a caller that was told otherwise would send it again.
  (void)fs::write_all(1, id + "\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

// The command that every program on a Unix host uses to send mail.
#include <unistd.h>

#include <cerrno>

#include "header/date.hpp"
#include "header/submission.hpp"
#include "proc/child.hpp"
#include "proc/run.hpp"
#include "proc/sendmail_arguments.hpp"
#include "serve/clock.hpp"
#include "serve/submit.hpp"

namespace {

constexpr proc::Option options[] = {
    {"recipients-in-header", "", "-t: recipients are those of To, Cc and Bcc"},
    {"dot-is-text", "", "-i, -oi: a line with a lone dot does not end the message"},
    {"sender", "ADDRESS", "-f, -r: the reverse-path; empty for none"},
    {"full-name", "NAME", "-F: the name in a From that is added"},
    {"mode", "MODE", "-bm: send (the default); -bs: SMTP on stdin and stdout; -bp: list the queue", "m"}};
constexpr std::string_view keys[] = {"hostname",    "spool",   "domains",        "users",      "routes",
                                     "relay-by-mx", "aliases", "catch-all",      "subaddress", "postmaster",
                                     "max-size",    "filter",  "filter-timeout", "libexec"};
constexpr proc::Usage usage = {
    "sendmail",
    "[-t] [-i] [-f SENDER] [RECIPIENT...] < message",
    "Send a message.",
    "  sendmail -t < message\n  mime-encode -t bob@example.test -a report.pdf | sendmail -t\n",
    options,
    keys};

/// Another program of this system takes over stdin and stdout.
base::Result<int> become(const proc::Options& given, std::vector<std::string> command) {
  command[0] = given.get("libexec") + "/" + command[0];
  if (given.has("config")) command.push_back("--config=" + given.get("config"));
  return proc::exec(command, proc::Search::nowhere);
}

std::string from_field(const proc::Options& given, const std::string& sender,
                       const serve::Submission& submission) {
  const std::string address = sender.empty() ? submission.caller() + "@" + submission.hostname() : sender;
  std::string name;
  for (const char c : given.get("full-name")) {
    if (c == '"' || c == '\\') name += '\\';
    if (c >= ' ' && c != 127) name += c;
  }
  return name.empty() ? address : "\"" + name + "\" <" + address + ">";
}

base::Result<int> send(const proc::Options& given) {
  TRY_ASSIGN(auto submission, serve::Submission::prepare(given));
  const auto wanted = given.has("sender") ? given.get("sender") : submission.caller();
  TRY_ASSIGN(const auto sender, submission.check_sender(wanted));
  serve::Handed message(0);
  std::string rest;
  TRY_ASSIGN(const auto head, serve::read_header(message, rest));
  auto named = given.arguments;
  if (given.has("recipients-in-header")) {
    TRY_ASSIGN(const auto in_header, header::header_recipients(head));
    named.insert(named.end(), in_header.begin(), in_header.end());
  }
  if (named.empty()) return base::fail(base::Exit::usage, "no recipient");
  TRY_ASSIGN(const auto recipients, submission.check_recipients(named));
  const auto unique = std::to_string(serve::now_microseconds()) + "." + std::to_string(getpid());
  const header::Missing missing = {from_field(given, sender, submission),
                                   header::format_date(serve::now_seconds()),
                                   "<" + unique + "@" + submission.hostname() + ">"};
  TRY(submission.put(message, header::complete_header(head, missing) + (rest.empty() ? "\n" : rest),
                     !given.has("dot-is-text"), sender, recipients));
  return 0;
}

base::Result<int> work(const proc::Options& given) {
  const auto mode = given.get("mode");
  if (mode == "s") return become(given, {"smtpd", "--submission", "--relay"});
  if (mode == "p") return become(given, {"spool", "list", "--mailq"});
  if (mode == "m") return send(given);
  return base::fail(base::Exit::usage, "-b" + mode + " is not supported");
}

}  // namespace

int main(int argc, char** argv) {
  auto translated = proc::translate_sendmail(std::vector<std::string>(argv + 1, argv + argc));
  // By that name other systems list their queue.
  std::string list = "--mode=p";
  std::vector<char*> arguments = {argv[0]};
  if (std::string_view(argv[0]).ends_with("mailq")) arguments.push_back(list.data());
  for (auto& one : translated) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  return proc::run(static_cast<int>(arguments.size()) - 1, arguments.data(), usage, work);
}

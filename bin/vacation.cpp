// Answers the message on standard input for a user who is away.
#include <cstdlib>

#include "base/lines.hpp"
#include "codec/charset.hpp"
#include "fs/fd.hpp"
#include "fs/plain_file.hpp"
#include "header/encoded_word.hpp"
#include "mime/auto_reply.hpp"
#include "proc/log.hpp"
#include "proc/run.hpp"
#include "serve/absence_options.hpp"
#include "serve/apart.hpp"
#include "serve/clock.hpp"
#include "serve/hand_in.hpp"
#include "serve/host_name.hpp"
#include "serve/message_head.hpp"
#include "serve/reply_record.hpp"
#include "serve/vacation.hpp"

namespace {

constexpr std::size_t text_limit = 256 * 1024;
constexpr std::string_view no_text = "I am away and will read your message when I am back.\n";

constexpr proc::Option options[] = {
    {"message", "FILE", "what is answered; else .vacation.msg in the home directory"},
    {"charset", "NAME", "what it is written in; else UTF-8"},
    {"subject", "TEXT", "the answer's subject; $SUBJECT is that of the message; else Auto: $SUBJECT"},
    {"name", "TEXT", "the user's name in From"},
    {"address", "ADDRESS", "one more address of the user, whose mail is answered; repeatable"},
    {"days", "N", "how long one sender gets no second answer", "7"},
    {"begin", "DATE", "before it nothing is answered"},
    {"end", "DATE", "behind it nothing is answered"},
    {"record", "FILE", "who has got an answer; else .vacation.db in the home directory"},
    {"print", "", "write the answer to standard output; nothing is sent or recorded"},
    {"explain", "", "say why there is no answer"}};
constexpr std::string_view keys[] = {"hostname", "domains", "subaddress", "libexec"};
constexpr proc::Usage usage = {
    "vacation",
    "[options] < message",
    "Answer a message for a user who is away. SENDER, RECIPIENT and USER name the envelope.",
    "  |vacation --end 2026-08-15            (a line of .forward)\n"
    "  SENDER=a@b.test USER=bob vacation --print --explain < message\n",
    options,
    keys};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string in_home(const std::string& given, const char* name) {
  return given.empty() ? variable("HOME") + "/" + name : given;
}

base::Result<std::string> answer_file(const proc::Options& given) {
  auto text = fs::read_plain(in_home(given.get("message"), ".vacation.msg"), text_limit);
  if (!text && !given.has("message") && text.error().code == base::Exit::no_input)
    return std::string(no_text);
  return text;
}

base::Result<std::string> answer(const proc::Options& given, const std::string& file,
                                 const std::vector<header::Field>& fields, const std::string& from,
                                 const std::string& to) {
  const auto written = mime::parse_reply_file(file);
  mime::AutoReply reply;
  reply.from = written.from.empty() ? from : written.from;
  reply.name = written.from.empty() ? given.get("name") : "";
  reply.to = to;
  reply.subject = given.get("subject").empty() ? header::decode_words(written.subject) : given.get("subject");
  reply.text = written.text;
  reply.charset = given.get("charset");
  reply.now = serve::now_seconds();
  TRY_ASSIGN(const auto unique, serve::random_text());
  TRY_ASSIGN(const auto hostname, serve::host_name(given));
  reply.message_id = unique + "@" + hostname;
  return mime::auto_reply(reply, fields);
}

/// The message's sender, a line, and the answer; or an empty line and why there is none.
base::Result<std::string> look(const proc::Options& given, const serve::Absence& absence,
                               const base::Result<std::string>& file) {
  TRY_ASSIGN(const auto head, serve::read_head(0));
  const auto fields = header::parse_fields(head);
  const auto sender = std::getenv("SENDER") != nullptr ? variable("SENDER") : serve::return_path(fields);
  const auto judged = serve::judge_answer(absence, fields, sender, serve::now_seconds());
  if (judged.from.empty()) return "\n" + judged.reason;
  if (!file) return file.error();
  TRY_ASSIGN(const auto message, answer(given, *file, fields, judged.from, sender));
  return sender + "\n" + message;
}

int no_answer(const proc::Options& given, std::string_view reason) {
  if (given.has("explain")) proc::complain("vacation: no answer: " + std::string(reason) + "\n");
  return 0;
}

base::Result<int> reply(const proc::Options& given) {
  TRY_ASSIGN(const auto absence, serve::absence_options(given));
  const auto file = answer_file(given);
  TRY_ASSIGN(const auto found, serve::look_apart({proc::Role::reader, {codec::charset_tables}},
                                                 [&] { return look(given, absence, file); }));
  std::string_view message = found;
  const std::string sender(base::take_line(message));
  if (sender.empty()) return no_answer(given, message);
  TRY_ASSIGN(auto record, serve::ReplyRecord::open(in_home(given.get("record"), ".vacation.db")));
  const auto now = serve::now_seconds();
  if (record.memory().knows(sender, now, absence.interval))
    return no_answer(given, "its sender has got an answer already");
  const serve::Sendmail sendmail = {given.get("libexec") + "/sendmail", given.get("config")};
  const auto send = [&] { return serve::hand_in(sendmail, message, sender); };
  TRY(given.has("print") ? fs::write_all(1, message) : record.send_once(sender, now, absence.interval, send));
  return 0;
}

/// What is wrong with the user's own files is no reason to give the sender his message back.
base::Result<int> work(const proc::Options& given) {
  const auto done = reply(given);
  if (done || done.error().code == base::Exit::usage || done.error().code == base::Exit::configuration)
    return done;
  return base::fail(base::Exit::temporary, done.error().what);
}

}  // namespace

int main(int argc, char** argv) {
  const int status = proc::run(argc, argv, usage, work);
  // What its reader has written wrongly is no reason to give a sender back his mail, which has been
  // delivered.
  const bool wrong =
      status == static_cast<int>(base::Exit::usage) || status == static_cast<int>(base::Exit::configuration);
  return wrong && std::getenv("RECIPIENT") != nullptr ? 0 : status;
}

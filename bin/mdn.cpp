// Tells the sender of the message on standard input what has become of it, where he asks and may be told.
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/lines.hpp"
#include "codec/charset.hpp"
#include "codec/sha256.hpp"
#include "fs/fd.hpp"
#include "header/address.hpp"
#include "mime/disposition.hpp"
#include "proc/run.hpp"
#include "serve/apart.hpp"
#include "serve/clock.hpp"
#include "serve/hand_in.hpp"
#include "serve/host_name.hpp"
#include "serve/message_head.hpp"
#include "serve/reply_record.hpp"

namespace {

constexpr std::uint64_t for_ever = UINT64_MAX;

constexpr proc::Option options[] = {
    {"type", "WORD", "what has become of it: displayed, deleted, dispatched, processed", "displayed"},
    {"address", "ADDRESS", "the user's, who got the message; else RECIPIENT, else Delivered-To says it"},
    {"name", "TEXT", "the user's name in From"},
    {"confirmed", "", "the user has been asked about this message, and wants it sent"},
    {"automatic", "", "a program has done it and not the user"},
    {"record", "FILE", "what has been told; else .mdn.db in the home directory"},
    {"ask", "", "only say who wants to know"},
    {"print", "", "write the notification to standard output; nothing is sent or recorded"}};
constexpr std::string_view keys[] = {"hostname", "libexec"};
constexpr proc::Usage usage = {"mdn",
                               "[options] < message",
                               "Send a message disposition notification, if the message asks for one.",
                               "  mdn --ask < message && mdn < message\n"
                               "  mdn --confirmed --type deleted < message\n",
                               options,
                               keys};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The address as SMTP writes it.
base::Result<std::string> own_address(const proc::Options& given, const std::vector<header::Field>& fields) {
  auto text = given.has("address") ? given.get("address") : variable("RECIPIENT");
  const auto* delivered = header::find(fields, "Delivered-To");
  if (text.find('@') == std::string::npos && delivered != nullptr) text = header::unfold(delivered->body);
  const auto found = header::parse_addresses(text);
  const auto out = found.size() == 1 ? header::to_mailbox(found[0]) : "";
  const bool whole = found.size() == 1 && !found[0].local.empty() && !found[0].domain.empty();
  if (whole && !base::has_8bit(out)) return out;
  return base::fail(base::Exit::usage, "whose message is it? --address says so");
}

base::Result<void> check(const mime::DispositionRequest& request, bool confirmed) {
  if (request.consent == mime::Consent::forbidden) return base::fail(base::Exit::data, request.reason);
  if (request.consent == mime::Consent::needed && !confirmed)
    return base::fail(base::Exit::not_permitted, request.reason + ": the user must be asked (--confirmed)");
  return {};
}

/// What tells this message from all others of this user.
std::string key_of(const mime::DispositionRequest& request, const std::string& head) {
  codec::Sha256 hash;
  hash.update(request.message_id.empty() ? head : request.message_id);
  return hash.finish();
}

base::Result<std::string> notification(const proc::Options& given, mime::DispositionType type,
                                       const std::vector<header::Field>& fields,
                                       const mime::DispositionRequest& request, const std::string& head) {
  mime::Notification what;
  what.type = type;
  what.automatic_action = given.has("automatic");
  what.sent_automatically = !given.has("confirmed");
  TRY_ASSIGN(what.from, own_address(given, fields));
  what.name = given.get("name");
  TRY_ASSIGN(what.hostname, serve::host_name(given));
  what.now = serve::now_seconds();
  TRY_ASSIGN(const auto unique, serve::random_text());
  what.message_id = unique + "@" + what.hostname;
  return mime::disposition_notification(what, request, head);
}

/// The message's key, who wants to know, one a line, an empty line and the notification.
base::Result<std::string> look(const proc::Options& given, mime::DispositionType type) {
  TRY_ASSIGN(const auto head, serve::read_head(0));
  const auto fields = header::parse_fields(head);
  const auto request = mime::read_disposition_request(fields);
  std::string to;
  for (const auto& one : request.to) to += one + "\n";
  if (given.has("ask")) TRY(fs::write_all(1, to));
  TRY(check(request, given.has("confirmed") && !given.has("ask")));
  if (given.has("ask")) return to;
  TRY_ASSIGN(const auto message, notification(given, type, fields, request, head));
  return key_of(request, head) + "\n" + to + "\n" + message;
}

base::Result<int> work(const proc::Options& given) {
  const auto type = mime::parse_disposition_type(given.get("type"));
  if (!type) return base::fail(base::Exit::usage, "--type: '" + base::printable(given.get("type")) + "'");
  TRY_ASSIGN(const auto found, serve::look_apart({proc::Role::reader, {codec::charset_tables}},
                                                 [&] { return look(given, *type); }));
  if (given.has("ask")) return 0;
  std::string_view message = found;
  const auto key = base::take_line(message);
  std::vector<std::string> everybody;
  for (auto to = base::take_line(message); !to.empty(); to = base::take_line(message))
    everybody.emplace_back(to);
  if (given.has("print")) {
    TRY(fs::write_all(1, message));
    return 0;
  }
  const auto path = given.has("record") ? given.get("record") : variable("HOME") + "/.mdn.db";
  TRY_ASSIGN(auto record, serve::ReplyRecord::open(path));
  const auto now = serve::now_seconds();
  if (record.memory().knows(key, now, for_ever))
    return base::fail(base::Exit::unavailable, "a notification has been sent already");
  // Before it is sent: never twice, rather than always once.
  record.memory().add(key, now, for_ever);
  TRY(record.save());
  for (const auto& to : everybody)
    TRY(serve::hand_in({given.get("libexec") + "/sendmail", given.get("config")}, message, to));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return proc::run(argc, argv, usage, work);
}

#include "imap/session.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "imap/quote.hpp"

namespace imap {

namespace {

constexpr std::size_t errors_limit = 50;

constexpr std::string_view lasting_capabilities =
    "IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE IDLE NAMESPACE CHILDREN UIDPLUS UNSELECT MOVE MULTIAPPEND "
    "REPLACE BINARY "
    "LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE STATUS=SIZE SEARCHRES ESEARCH WITHIN CONDSTORE "
    "QRESYNC "
    "SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES OBJECTID PREVIEW SAVEDATE PARTIAL "
    "UIDONLY "
    "UIDBATCHES INPROGRESS UTF8=ACCEPT QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE";

bool is(const Tagged& tagged, Verb verb) {
  const auto* plain = std::get_if<Plain>(&tagged.command);
  return plain != nullptr && plain->verb == verb;
}

}  // namespace

Answer Session::damaged(const base::Error& error) {
  return {"NO", error.what, "CORRUPTION"};
}

Answer Session::refused(const base::Error& error) {
  using base::Exit;
  std::string_view code = "SERVERBUG";
  switch (error.code) {
    case Exit::no_input:
      code = "NONEXISTENT";
      break;
    case Exit::cannot_create:
      code = "ALREADYEXISTS";
      break;
    case Exit::data:
      code = "CANNOT";
      break;
    case Exit::not_permitted:
      code = "NOPERM";
      break;
    case Exit::protocol:
      code = "USEATTR";
      break;
    case Exit::configuration:
      code = "CONTACTADMIN";
      break;
    case Exit::temporary:
    case Exit::io:
    case Exit::os:
      code = error.in_use ? "INUSE" : "UNAVAILABLE";
      break;
    case Exit::unavailable:
      code = "LIMIT";
      break;
    default:
      break;
  }
  return {"NO", error.what, std::string(code)};
}

std::string Session::capabilities() const {
  return std::string(lasting_capabilities) + " APPENDLIMIT=" + std::to_string(bounds_.message_size) +
         " MESSAGELIMIT=" + std::to_string(bounds_.messages) + (compressed_ ? "" : " COMPRESS=DEFLATE");
}

void Session::begin(std::string_view tag) {
  out_.write(std::string(tag) + " OK [CAPABILITY " + capabilities() + "] logged in\r\n");
}

Next Session::too_big(std::string_view tag) {
  out_.write(std::string(tag) + " NO [TOOBIG] larger than this server takes\r\n");
  return count_error();
}

Next Session::count_error() {
  if (++errors_ < errors_limit) return Next::command;
  out_.write("* BYE too many errors\r\n");
  return Next::close;
}

Next Session::on(const Tagged& tagged) {
  tag_ = tagged.tag;
  if (is(tagged, Verb::idle)) {
    out_.write("+ idling\r\n");
    out_.flush();
    return news();
  }
  const auto outcome = std::visit([this](const auto& command) { return handle(command); }, tagged.command);
  Answer answer;
  if (outcome) {
    answer = *outcome;
  } else if (outcome.error().code == base::Exit::usage) {
    answer = {"BAD", outcome.error().what, mode_.uid_only ? "UIDREQUIRED" : ""};
  } else if (outcome.error().code == base::Exit::data) {
    answer = damaged(outcome.error());
  } else {
    answer = refused(outcome.error());
  }
  finish(tagged.tag, answer);
  if (left_ != nullptr) {
    out_.flush();
    left_.reset();
  }
  return after(tagged, answer);
}

Next Session::after(const Tagged& tagged, const Answer& answer) {
  if (answer.word == "OK") errors_ = 0;
  if (answer.word == "BAD" && count_error() == Next::close) return Next::close;
  if (selected_ != nullptr && selected_->lost()) {
    out_.write("* BYE the mailbox was rebuilt, log in again\r\n");
    return Next::close;
  }
  if (is(tagged, Verb::compress) && answer.word == "OK") return Next::compress;
  return is(tagged, Verb::logout) ? Next::close : Next::command;
}

void Session::rest() {
  if (selected_ != nullptr) selected_->mailbox().rest();
}

void Session::tidy() {
  if (selected_ != nullptr) selected_->mailbox().tidy();
  rest();
}

/// What cannot be looked at now can be looked at later: nobody has asked for an answer.
Next Session::news() {
  if (selected_ == nullptr) return Next::idle;
  (void)selected_->announce(true);
  if (!selected_->lost()) return Next::idle;
  out_.write("* BYE the mailbox was rebuilt, log in again\r\n");
  return Next::close;
}

Next Session::end_idle(std::string_view line) {
  if (base::iequals(line, "DONE")) {
    finish(tag_, {"OK", "IDLE done"});
    return Next::command;
  }
  finish(tag_, {"BAD", "DONE expected"});
  return count_error();
}

void Session::finish(const std::string& tag, const Answer& answer) {
  constexpr std::string_view for_the_log[] = {"UNAVAILABLE", "SERVERBUG",  "LIMIT",
                                              "NOPERM",      "CORRUPTION", "CONTACTADMIN"};
  const bool ours =
      std::find(std::begin(for_the_log), std::end(for_the_log), answer.code) != std::end(for_the_log);
  const auto told = answer.word == "NO" ? without_paths(answer.text) : answer.text;
  if (ours || told != answer.text) out_.report(answer.text);
  if (selected_ != nullptr) selected_->tell_told();
  const std::string code = answer.code.empty() ? "" : "[" + answer.code + "] ";
  out_.write(tag + " " + std::string(answer.word) + " " + code + one_line(told) + "\r\n");
}

base::Result<void> Session::numbers_allowed(bool uid) const {
  if (uid || !mode_.uid_only) return {};
  return base::fail(base::Exit::usage, "UIDs are expected, no message numbers");
}

/// What was selected before is told its mod-sequence now (RFC 7162 section 3.1.2.1).
void Session::use_condstore() {
  if (mode_.condstore) return;
  mode_.condstore = true;
  if (selected_ != nullptr)
    out_.write("* OK [HIGHESTMODSEQ " + std::to_string(selected_->told()) + "] highest\r\n");
}

void Session::leave() {
  left_ = std::move(selected_);
  taken_away_ = false;
}

Session::Outcome Session::compress() {
  if (compressed_) return Answer{"NO", "compressed already", "COMPRESSIONACTIVE"};
  compressed_ = true;
  return Answer{"OK", "compressed from here on"};
}

Session::Outcome Session::handle(const Plain& command) {
  switch (command.verb) {
    case Verb::capability:
      out_.write("* CAPABILITY " + capabilities() + "\r\n");
      break;
    case Verb::id:
      out_.write("* ID (\"name\" \"tubepost\")\r\n");
      break;
    case Verb::name_space:
      out_.write("* NAMESPACE ((\"\" \".\")) NIL NIL\r\n");
      break;
    case Verb::logout:
      out_.write("* BYE logging out\r\n");
      break;
    case Verb::starttls:
      return Answer{"BAD", "already logged in"};
    case Verb::compress:
      return compress();
    case Verb::close:
      return close(true);
    case Verb::unselect:
      return close(false);
    case Verb::expunge:
      return selected_ == nullptr ? none_selected : selected_->expunge(nullptr, false);
    case Verb::check:
      if (selected_ == nullptr) return none_selected;
      [[fallthrough]];
    case Verb::noop:
      if (selected_ != nullptr) TRY(selected_->announce(true));
      break;
    case Verb::idle:
      break;
  }
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const Login&) {
  return Answer{"BAD", "already logged in"};
}
Session::Outcome Session::handle(const Authenticate&) {
  return Answer{"BAD", "already logged in"};
}

Session::Outcome Session::handle(const Bad& command) {
  return Answer{command.no ? "NO" : "BAD", command.what};
}

}  // namespace imap

#include "mime/report_text.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/date.hpp"
#include "mime/report_status.hpp"

namespace mime {

namespace {

constexpr std::size_t columns = 72;
constexpr std::size_t shown = 100;        // recipients; all of them are in the part for programs
constexpr std::size_t words_limit = 500;  // octets of a host's words

struct Meaning {
  std::string_view status;  // without its class; one that ends with a dot stands for all that begin so
  std::string_view what;
  std::string_view advice;
};

// The first that fits counts.
constexpr Meaning meanings[] = {
    {".1.1", "There is no mailbox of that name.", "Check the address for a slip of the pen."},
    {".1.2", "No mail system is known for that domain.", "Check what stands behind the @."},
    {".4.4", "No mail system is known for that domain.", "Check what stands behind the @."},
    {".1.3", "This is not written as an address is.", "Check it for a slip of the pen."},
    {".1.6", "The mailbox has moved.", "Write to the new address; it may stand below."},
    {".1.10", "That domain takes no mail at all.", "Ask for another address."},
    {".1.7", "Mail from your address is not taken there.", "Ask whoever looks after your mail."},
    {".1.8", "Mail from your address is not taken there.", "Ask whoever looks after your mail."},
    {".2.1", "The mailbox is not in use.", "Ask for another address."},
    {".2.2", "The mailbox is full.", "Write again when there is room in it."},
    {".2.3", "The message is too large.", "Send less at a time, or put it where it can be fetched."},
    {".3.4", "The message is too large.", "Send less at a time, or put it where it can be fetched."},
    {".4.6", "The message went round in a circle.",
     "Tell the recipient that this mail leads back to where it came from."},
    {".4.7", "It was tried again and again, and time has run out.",
     "Write again later, or find another way."},
    {".6.7", "Addresses in such a script are not known there.",
     "Use an address in plain letters, if there is one."},
    {".7.4", "No connection was to be had that is safe enough.",
     "Tell whoever looks after the recipient's mail."},
    {".7.10", "No connection was to be had that is safe enough.",
     "Tell whoever looks after the recipient's mail."},
    {".7.30", "No connection was to be had that is safe enough.",
     "Tell whoever looks after the recipient's mail."},
    {".1.", "The address was not accepted.", "Check it for a slip of the pen."},
    {".2.", "The mailbox cannot take it.", "Find another way to tell the recipient."},
    {".3.", "The recipient's mail system cannot take it.", "Write again later, or find another way."},
    {".4.", "The recipient's mail system could not be reached.", "Write again later, or find another way."},
    {".6.", "The recipient's mail system cannot take what is in it.", "Send it in another form."},
    {".7.", "The recipient's mail system does not let it in, and may have taken it for spam.",
     "What it said may tell why; else find another way."},
    {"", "The recipient's mail system did not take it.", "What it said may tell why."},
};

const Meaning& meaning_of(std::string_view status) {
  const auto detail = status.substr(std::min(status.find('.'), status.size()));
  return *std::find_if(std::begin(meanings), std::end(meanings), [&](const Meaning& one) {
    return one.status.empty() || one.status.ends_with('.') ? detail.starts_with(one.status)
                                                           : detail == one.status;
  });
}

/// As lines that are indented.
void put(std::string_view text, std::size_t indent, std::string& out) {
  std::size_t column = 0;
  for (const auto& word : base::words(text)) {
    if (column != 0 && column + 1 + word.size() > columns) {
      out += '\n';
      column = 0;
    }
    out += column == 0 ? std::string(indent, ' ') : " ";
    out += word;
    column += (column == 0 ? indent : 1) + word.size();
  }
  out += '\n';
}

/// Where the message went another way than the sender wrote, both are shown.
std::string name_of(const ReportedRecipient& one) {
  const auto given =
      std::string_view(one.original).substr(std::min(one.original.find(';') + 1, one.original.size()));
  const auto address = base::printable(one.address);
  if (given.empty() || base::iequals(given, one.address)) return address;
  return address + " (you wrote to " + base::printable(given) + ")";
}

void tell_one(const ReportedRecipient& one, std::string& out) {
  out += "  " + name_of(one) + "\n";
  if (one.action != Action::failed && one.action != Action::delayed) return;
  const auto& meaning = meaning_of(one.status);
  put(std::string(meaning.what) + (one.action == Action::failed ? " " + std::string(meaning.advice) : ""), 6,
      out);
  if (one.reason.empty()) return;
  const auto who =
      one.host.empty() ? "This system" : base::printable(one.host.substr(0, one.host.rfind(':')), 300);
  const bool said = one.host.empty() || is_reply(one.reason);
  put(who + (said ? " said: " : ": ") + base::printable(one.reason, words_limit), 6, out);
}

std::size_t count(const Report& report, Action action) {
  return static_cast<std::size_t>(
      std::count_if(report.recipients.begin(), report.recipients.end(),
                    [&](const ReportedRecipient& one) { return one.action == action; }));
}

void tell(const Report& report, Action action, std::string_view what, std::string_view next,
          std::string& out) {
  const auto all = count(report, action);
  if (all == 0) return;
  out += '\n';
  put(what, 0, out);
  out += '\n';
  std::size_t told = 0;
  for (const auto& one : report.recipients) {
    if (one.action == action && told++ < shown) tell_one(one, out);
  }
  if (all > shown) out += "  and " + std::to_string(all - shown) + " more, whom the attached list names\n";
  if (next.empty()) return;
  out += '\n';
  put(next, 0, out);
}

std::string delayed_next(const Report& report) {
  std::string until = report.retry_until == 0 ? "" : " until " + header::format_date(report.retry_until);
  return "You need not do anything, and need not send it again: it is tried again" + until +
         ". You will hear of it if that fails, too.";
}

}  // namespace

std::string_view report_title(const Report& report) {
  if (report.nobody_else) return "Undeliverable";
  if (count(report, Action::failed) != 0) return "Not delivered";
  if (count(report, Action::delayed) != 0) return "Delayed";
  return count(report, Action::delivered) != 0 ? "Delivered" : "Sent on";
}

std::string report_text(const Report& report, std::string_view subject) {
  const std::string message =
      (report.nobody_else ? "A message" : "Your message") +
      (subject.empty() ? std::string() : " \"" + base::printable(subject, 200) + "\"");
  std::string out = "This is the mail system at " + report.hostname + ".\n";
  if (report.nobody_else) {
    out += '\n';
    put("You hear of this as the postmaster: the message has no sender who could be told.", 0, out);
  }
  tell(report, Action::failed, message + " could not be delivered to:", "Nothing more will be tried.", out);
  tell(report, Action::delayed, message + " has not been delivered yet to:", delayed_next(report), out);
  tell(report, Action::delivered, message + " was delivered to:", "", out);
  tell(report, Action::expanded,
       message + " was sent on to everybody behind:", "You will hear of those who do not get it.", out);
  tell(report, Action::relayed, message + " was handed to the mail system of these recipients:",
       "That system does not tell whether it delivers it; you may hear no more.", out);
  out += '\n';
  put(report.full ? "The message is attached." : "The header of the message is attached.", 0, out);
  return out;
}

}  // namespace mime

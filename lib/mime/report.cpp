#include "mime/report.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/date.hpp"

namespace mime {

namespace {

std::string_view header_of(std::string_view message) {
  if (message.starts_with('\n')) return {};
  const auto end = message.find("\n\n");
  return message.substr(0, end == std::string_view::npos ? message.size() : end + 1);
}

std::string choose_boundary(const std::string& id, std::string_view text) {
  std::string boundary = "report-" + id;
  while (text.find(boundary) != std::string_view::npos) boundary += "x";
  return boundary;
}

bool any_failed(const Report& report) {
  return std::any_of(report.recipients.begin(), report.recipients.end(),
                     [](const ReportedRecipient& one) { return one.action == Action::failed; });
}

std::string_view word(Action action) {
  return action == Action::failed ? "failed" : action == Action::delivered ? "delivered" : "relayed";
}

void tell(const Report& report, Action action, std::string_view what, std::string& out) {
  bool first = true;
  for (const auto& one : report.recipients) {
    if (one.action != action) continue;
    if (first) out += "\n" + std::string(what) + "\n\n";
    first = false;
    out += "  " + base::printable(one.address) + "\n";
    if (action != Action::failed) continue;
    if (!one.host.empty()) out += "      " + base::printable(one.host, 300) + " said:\n";
    out += "      " + base::printable(one.reason, 500) + "\n";
  }
}

std::string for_a_person(const Report& report) {
  std::string out = "This is the mail system at " + report.hostname + ".\n";
  tell(report, Action::failed, "Your message could not be delivered to:", out);
  tell(report, Action::delivered, "Your message was delivered to:", out);
  tell(report, Action::relayed,
       "Your message was given to another mail system, which may say no more of it, for:", out);
  return out + (report.full ? "\nIt is attached." : "\nIts header is attached.") +
         (any_failed(report) ? " Nothing more will be tried.\n" : "\n");
}

std::string for_a_program(const Report& report) {
  std::string out;
  if (!report.envelope_id.empty())
    out += "Original-Envelope-Id: " + base::printable(report.envelope_id, 500) + "\n";
  out += "Reporting-MTA: dns; " + report.hostname + "\n";
  for (const auto& one : report.recipients) {
    out += "\n";
    if (!one.original.empty()) out += "Original-Recipient: " + base::printable(one.original, 500) + "\n";
    out += "Final-Recipient: rfc822; " + base::printable(one.address) +
           "\nAction: " + std::string(word(one.action)) + "\nStatus: " + one.status + "\n";
    // The remote host's words are SMTP; a connection that broke said nothing in it (RFC 3464 section 2.3.6).
    const bool smtp = !one.host.empty() && !one.reason.empty() && base::is_digit(one.reason.front());
    if (!one.host.empty())
      out += "Remote-MTA: dns; " + base::printable(one.host.substr(0, one.host.rfind(':')), 300) + "\n";
    if (!one.reason.empty())
      out += std::string("Diagnostic-Code: ") + (smtp ? "smtp" : "x-tubepost") + "; " +
             base::printable(one.reason, 500) + "\n";
  }
  return out;
}

}  // namespace

std::string delivery_report(const Report& report, std::string_view original) {
  const auto returned = report.full ? original : header_of(original);
  const auto boundary = choose_boundary(report.id, returned);
  std::string out = "From: Mail Delivery System <postmaster@" + report.hostname + ">\nTo: <" + report.to +
                    ">\nSubject: Message " + (any_failed(report) ? "could not be" : "was") +
                    " delivered\nDate: " + header::format_date(report.now) + "\nMessage-ID: <" + report.id +
                    ".report@" + report.hostname +
                    ">\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; "
                    "report-type=delivery-status;\n\tboundary=\"" +
                    boundary + "\"\n\n";
  const std::string line = "--" + boundary + "\n";
  out += line + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
         for_a_person(report);
  out += "\n" + line + "Content-Type: message/delivery-status\n\n" + for_a_program(report);
  out += "\n" + line + "Content-Type: " + (report.full ? "message/rfc822" : "text/rfc822-headers") + "\n" +
         (report.full ? "Content-Transfer-Encoding: 8bit\n" : "") + "\n" + std::string(returned);
  return out + "\n--" + boundary + "--\n";
}

}  // namespace mime

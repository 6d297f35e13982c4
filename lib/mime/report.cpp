#include "mime/report.hpp"

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

std::string for_a_person(const Report& report) {
  std::string out =
      "This is the mail system at " + report.hostname + ".\n\nYour message could not be delivered to:\n\n";
  for (const auto& failed : report.failed) {
    out += "  " + base::printable(failed.address) + "\n";
    if (!failed.host.empty()) out += "      " + base::printable(failed.host, 300) + " said:\n";
    out += "      " + base::printable(failed.reason, 500) + "\n";
  }
  return out + "\nIts header is attached. Nothing more will be tried.\n";
}

std::string for_a_program(const Report& report) {
  std::string out = "Reporting-MTA: dns; " + report.hostname + "\n";
  for (const auto& failed : report.failed) {
    out += "\nFinal-Recipient: rfc822; " + base::printable(failed.address) +
           "\nAction: failed\nStatus: " + failed.status + "\n";
    // The remote host's words are SMTP; a connection that broke said nothing in it (RFC 3464 section 2.3.6).
    const bool smtp = !failed.host.empty() && !failed.reason.empty() && base::is_digit(failed.reason.front());
    if (!failed.host.empty())
      out += "Remote-MTA: dns; " + base::printable(failed.host.substr(0, failed.host.rfind(':')), 300) + "\n";
    out += std::string("Diagnostic-Code: ") + (smtp ? "smtp" : "x-tubepost") + "; " +
           base::printable(failed.reason, 500) + "\n";
  }
  return out;
}

}  // namespace

std::string failure_report(const Report& report, std::string_view original) {
  const auto returned = header_of(original);
  const auto boundary = choose_boundary(report.id, returned);
  std::string out = "From: Mail Delivery System <postmaster@" + report.hostname + ">\nTo: <" + report.to +
                    ">\nSubject: Message could not be delivered\nDate: " + header::format_date(report.now) +
                    "\nMessage-ID: <" + report.id + ".report@" + report.hostname +
                    ">\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; "
                    "report-type=delivery-status;\n\tboundary=\"" +
                    boundary + "\"\n\n";
  const std::string line = "--" + boundary + "\n";
  out += line + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
         for_a_person(report);
  out += "\n" + line + "Content-Type: message/delivery-status\n\n" + for_a_program(report);
  out += "\n" + line + "Content-Type: text/rfc822-headers\n\n" + std::string(returned);
  return out + "\n--" + boundary + "--\n";
}

}  // namespace mime

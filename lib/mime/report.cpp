#include "mime/report.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "codec/quoted_printable.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "header/message_id.hpp"
#include "mime/report_status.hpp"
#include "mime/report_text.hpp"

namespace mime {

namespace {

constexpr std::size_t subject_limit = 200;     // octets
constexpr std::size_t message_id_limit = 500;  // octets

std::string_view header_of(std::string_view message) {
  if (message.starts_with('\n')) return {};
  const auto end = message.find("\n\n");
  if (end != std::string_view::npos) return message.substr(0, end + 1);
  // One that is cut off ends with a whole line.
  return message.substr(0, message.rfind('\n') + 1);
}

std::string choose_boundary(const std::string& id, std::string_view text) {
  std::string boundary = "report-" + id;
  while (text.find(boundary) != std::string_view::npos) boundary += "x";
  return boundary;
}

std::string shortened(const std::string& text, std::size_t limit) {
  return text.size() <= limit ? text : std::string(base::cut_utf8(text, limit)) + "...";
}

struct Original {
  std::string subject;
  std::string message_id;  // with its brackets; empty: it has none that is fit to be repeated
};

Original look_at(std::string_view head) {
  const auto fields = header::parse_fields(head);
  Original out;
  if (const auto* subject = header::find(fields, "Subject"))
    out.subject = shortened(header::one_line(header::decode_words(subject->body)), subject_limit);
  if (const auto* field = header::find(fields, "Message-ID")) {
    const auto ids = header::parse_message_ids(field->body);
    const bool plain = !ids.empty() && ids[0].size() <= message_id_limit && !base::has_8bit(ids[0]) &&
                       std::none_of(ids[0].begin(), ids[0].end(), [](char c) {
                         return base::is_control(c) || c == ' ' || c == '<' || c == '>';
                       });
    if (plain) out.message_id = "<" + ids[0] + ">";
  }
  return out;
}

std::string head_of(const Report& report, const Original& original, const std::string& boundary) {
  // An address that needs SMTPUTF8 makes the report a message of SMTPUTF8.
  const auto form = base::has_8bit(report.to) ? header::Form::utf8 : header::Form::ascii;
  const auto subject = original.subject.empty() ? std::string("your message") : original.subject;
  std::string out =
      "From: Mail Delivery System <postmaster@" + report.hostname + ">\nTo: <" + report.to + ">\n" +
      header::text_field("Subject", std::string(report_title(report)) + ": " + subject, form) +
      "Date: " + header::format_date(report.now) + "\nMessage-ID: <" +
      (report.own_id.empty() ? report.id : report.own_id) + ".report@" + report.hostname + ">\n";
  if (!original.message_id.empty())
    out += "In-Reply-To: " + original.message_id + "\nReferences: " + original.message_id + "\n";
  return out +
         "Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; "
         "report-type=delivery-status;\n\tboundary=\"" +
         boundary + "\"\n\n";
}

/// A part that stays readable where it can. `armoured`: it must pass where only ASCII does, whatever is in
/// it.
std::string part(std::string_view type, std::string_view text, bool armoured) {
  std::string out = "Content-Type: " + std::string(type) + "\n";
  if (!base::has_8bit(text)) return out + "\n" + std::string(text);
  if (!armoured) return out + "Content-Transfer-Encoding: 8bit\n\n" + std::string(text);
  return out + "Content-Transfer-Encoding: quoted-printable\n\n" + codec::qp_encode(text);
}

}  // namespace

std::string delivery_report(const Report& report, std::string_view original) {
  const auto head = header_of(original);
  const auto returned = report.full ? original : head;
  const auto about = look_at(head);
  const auto boundary = choose_boundary(report.id, returned);
  const std::string line = "\n--" + boundary + "\n";
  // Whose address is ASCII may be behind a system without SMTPUTF8 (RFC 6533 section 4.5).
  const bool armoured = !base::has_8bit(report.to);
  const bool global_status = report.utf8 && status_needs_utf8(report);
  const bool global_return = report.utf8 && base::has_8bit(head) && base::is_utf8(head);
  std::string out = head_of(report, about, boundary);
  out += line.substr(1) + part("text/plain; charset=utf-8", report_text(report, about.subject), armoured);
  out += line + part(global_status ? "message/global-delivery-status" : "message/delivery-status",
                     delivery_status(report, global_status), armoured);
  if (global_return) {
    out += line + part(report.full ? "message/global" : "message/global-headers", returned, armoured);
  } else {
    // A message/rfc822 is never encoded (RFC 2046 section 5.2.1).
    out += line + part(report.full ? "message/rfc822" : "text/rfc822-headers", returned, false);
  }
  return out + "\n--" + boundary + "--\n";
}

}  // namespace mime

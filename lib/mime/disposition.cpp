#include "mime/disposition.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "header/date.hpp"
#include "header/encoded_word.hpp"
#include "header/field.hpp"
#include "header/folding.hpp"
#include "header/text_writer.hpp"

namespace mime {

namespace {

constexpr std::size_t returned_limit = 256 * 1024;  // octets of the header
constexpr std::size_t subject_limit = 500;
constexpr std::pair<DispositionType, std::string_view> words[] = {{DispositionType::displayed, "displayed"},
                                                                  {DispositionType::deleted, "deleted"},
                                                                  {DispositionType::dispatched, "dispatched"},
                                                                  {DispositionType::processed, "processed"}};

std::string_view word(DispositionType type) {
  for (const auto& [one, text] : words) {
    if (one == type) return text;
  }
  return {};
}

std::string choose_boundary(const std::string& id, std::string_view text) {
  std::string boundary = "disposition-" + id.substr(0, std::min<std::size_t>(id.find('@'), 40));
  while (text.find(boundary) != std::string_view::npos) boundary += "x";
  return boundary;
}

std::string subject_of(const std::vector<header::Field>& fields) {
  const auto* field = header::find(fields, "Subject");
  auto text = field == nullptr ? std::string() : header::decode_words(field->body);
  if (text.size() > subject_limit) text.resize(subject_limit);
  return header::one_line(text);
}

std::string_view said(const Notification& what) {
  switch (what.type) {
    case DispositionType::displayed:
      return "has been displayed. This is no guarantee that it has been read or understood";
    case DispositionType::deleted:
      return "has been deleted. It may or may not have been seen before";
    case DispositionType::dispatched:
      return "has been sent on. Nobody here may have seen it";
    case DispositionType::processed:
      break;
  }
  return "has been processed by a program. Nobody may have seen it";
}

std::string for_a_person(const Notification& what, const std::vector<header::Field>& fields) {
  const auto* sent = header::find(fields, "Date");
  std::string out = "The message that you have sent to " + what.from;
  if (sent != nullptr) out += "\non " + base::printable(header::unfold(sent->body), 100);
  if (const auto subject = subject_of(fields); !subject.empty())
    out += "\nwith the subject \"" + subject + "\"";
  return out + "\n" + std::string(said(what)) + ".\n";
}

std::string for_a_program(const Notification& what, const DispositionRequest& request) {
  std::string out = "Reporting-UA: " + what.hostname + "; tubepost\n";
  if (!request.original_recipient.empty()) out += "Original-Recipient: " + request.original_recipient + "\n";
  out += "Final-Recipient: rfc822;" + what.from + "\n";
  if (!request.message_id.empty()) out += "Original-Message-ID: <" + request.message_id + ">\n";
  return out + "Disposition: " + (what.automatic_action ? "automatic-action" : "manual-action") + "/" +
         (what.sent_automatically ? "MDN-sent-automatically" : "MDN-sent-manually") + "; " +
         std::string(word(what.type)) + "\n";
}

std::string header_for(const Notification& what, const DispositionRequest& request,
                       const std::vector<header::Field>& fields) {
  header::FieldWriter from("From");
  if (!what.name.empty()) header::put_phrase(from, what.name);
  from.put("<" + what.from + ">");
  header::FieldWriter to("To");
  for (std::size_t i = 0; i < request.to.size(); ++i)
    to.put("<" + request.to[i] + (i + 1 < request.to.size() ? ">," : ">"));
  auto out = std::move(from).finish() + std::move(to).finish();
  out += header::text_field("Subject", "Disposition notification: " + subject_of(fields));
  out += "Date: " + header::format_date(what.now) + "\nMessage-ID: <" + what.message_id + ">\n";
  if (!request.message_id.empty())
    out += "In-Reply-To: <" + request.message_id + ">\nReferences: <" + request.message_id + ">\n";
  return out + "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n";
}

}  // namespace

std::optional<DispositionType> parse_disposition_type(std::string_view text) {
  for (const auto& [type, one] : words) {
    if (base::iequals(one, text)) return type;
  }
  return std::nullopt;
}

std::string disposition_notification(const Notification& what, const DispositionRequest& request,
                                     std::string_view head) {
  const auto fields = header::parse_fields(head);
  const auto returned = head.size() <= returned_limit ? head : std::string_view();
  const auto boundary = choose_boundary(what.message_id, returned);
  const bool ascii = !base::has_8bit(returned);
  const std::string line = "--" + boundary + "\n";
  auto out = header_for(what, request, fields);
  out += "Content-Type: multipart/report; report-type=disposition-notification;\n\tboundary=\"" + boundary +
         "\"\n\n" + line + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" +
         for_a_person(what, fields);
  out += "\n" + line + "Content-Type: message/disposition-notification\n\n" + for_a_program(what, request);
  if (!returned.empty()) {
    out += "\n" + line + "Content-Type: text/rfc822-headers\n" +
           (ascii ? "" : "Content-Transfer-Encoding: 8bit\n") + "\n" + std::string(returned);
    if (!out.ends_with('\n')) out += '\n';
  }
  return out + "\n--" + boundary + "--\n";
}

}  // namespace mime

// THREAD (RFC 5256): parsed beside SEARCH, whose keys it shares.
#include "header/date.hpp"
#include "header/field.hpp"
#include "header/message_id.hpp"
#include "imap/selected.hpp"
#include "imap/threading.hpp"

namespace imap {

namespace {

constexpr std::size_t references_limit = 200;  // of one message

std::vector<std::string> ids_of(const std::vector<header::Field>& fields, std::string_view name,
                                std::size_t limit) {
  const auto* field = header::find(fields, name);
  if (field == nullptr) return {};
  return header::parse_message_ids(field->body, nullptr, limit);
}

Threaded read(std::string_view header, std::uint64_t internal_date) {
  Threaded out;
  const auto fields = header::parse_fields(header);
  const auto ids = ids_of(fields, "Message-ID", 1);
  if (!ids.empty()) out.id = ids.front();
  out.references = ids_of(fields, "References", references_limit);
  if (out.references.empty()) out.references = ids_of(fields, "In-Reply-To", 1);
  if (const auto* subject = header::find(fields, "Subject")) {
    auto base = base_subject(subject->body);
    out.subject = std::move(base.text);
    out.reply = base.reply;
  }
  const auto* sent = header::find(fields, "Date");
  const auto date = sent == nullptr ? std::nullopt : header::parse_date(sent->body);
  out.date = date ? date->seconds() : static_cast<std::int64_t>(internal_date);
  return out;
}

}  // namespace

std::string Selected::threaded(const Search& command, const Places& found, Progress& progress) {
  std::vector<Threaded> messages;
  progress.begin(found.size());
  for (const auto place : found) {
    progress.step();
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto text = mailbox_->text(message->uid, true);
    auto one = read(text ? *text : std::string(), mailbox_->date(*message));
    one.number = name_of(place, command.uid);
    messages.push_back(std::move(one));
  }
  return command.by_references ? thread_by_references(std::move(messages))
                               : thread_by_subject(std::move(messages));
}

}  // namespace imap

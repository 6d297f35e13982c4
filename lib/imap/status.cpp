// STATUS (RFC 3501 section 6.3.10, RFC 9051 section 6.3.11).
#include <algorithm>

#include "base/ascii.hpp"
#include "imap/parse.hpp"
#include "imap/quote.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

constexpr std::size_t items_limit = 20;

constexpr struct {
  std::string_view name;
  StatusItem item;
} table[] = {{"MESSAGES", StatusItem::messages},
             {"RECENT", StatusItem::recent},
             {"UIDNEXT", StatusItem::uid_next},
             {"UIDVALIDITY", StatusItem::uid_validity},
             {"UNSEEN", StatusItem::unseen},
             {"DELETED", StatusItem::deleted},
             {"SIZE", StatusItem::size},
             {"HIGHESTMODSEQ", StatusItem::highest_modseq},
             {"MAILBOXID", StatusItem::mailbox_id},
             {"APPENDLIMIT", StatusItem::append_limit},
             {"DELETED-STORAGE", StatusItem::deleted_storage}};

std::string value_of(StatusItem item, const Status& status, const Bounds& bounds) {
  switch (item) {
    case StatusItem::messages:
      return std::to_string(status.messages);
    case StatusItem::recent:
      return std::to_string(status.recent);
    case StatusItem::uid_next:
      return std::to_string(status.uid_next);
    case StatusItem::uid_validity:
      return std::to_string(status.validity);
    case StatusItem::unseen:
      return std::to_string(status.unseen);
    case StatusItem::deleted:
      return std::to_string(status.deleted);
    case StatusItem::size:
      return std::to_string(status.size);
    case StatusItem::highest_modseq:
      return std::to_string(status.highest_modseq);
    case StatusItem::mailbox_id:
      return "(" + status.id + ")";
    case StatusItem::append_limit:
      return std::to_string(bounds.message_size);
    case StatusItem::deleted_storage:
      return std::to_string((status.deleted_storage + 1023) / 1024);
  }
  return {};
}

std::string_view name_of(StatusItem item) {
  return std::find_if(std::begin(table), std::end(table), [&](const auto& row) { return row.item == item; })
      ->name;
}

bool asks_for(const std::vector<StatusItem>& items, StatusItem item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

}  // namespace

base::Result<std::vector<StatusItem>> take_status_items(Lexer& in) {
  std::vector<StatusItem> out;
  TRY(in.space());
  TRY(in.expect('('));
  do {
    const auto name = in.name();
    const auto row = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& one) { return base::iequals(one.name, name); });
    if (row == std::end(table) || out.size() > items_limit) return in.wrong("a status item");
    out.push_back(row->item);
  } while (in.take(' '));
  TRY(in.expect(')'));
  return out;
}

Parsed parse_status(Lexer& in) {
  AskStatus out;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  TRY_ASSIGN(out.items, take_status_items(in));
  return finish(in, std::move(out));
}

base::Result<std::string> Session::status_line(const std::string& mailbox, std::string_view as,
                                               const std::vector<StatusItem>& items) {
  const bool sizes = asks_for(items, StatusItem::size) || asks_for(items, StatusItem::deleted_storage);
  if (asks_for(items, StatusItem::highest_modseq)) use_condstore();
  TRY_ASSIGN(const auto status, store_.status(mailbox, sizes));
  std::string text;
  for (const auto item : items)
    text += (text.empty() ? "" : " ") + std::string(name_of(item)) + " " + value_of(item, status, bounds_);
  return "* STATUS " + quote_name(as, mode_.utf8) + " (" + text + ")\r\n";
}

Session::Outcome Session::handle(const AskStatus& command) {
  TRY_ASSIGN(const auto name, meant(command.mailbox));
  const auto line = status_line(name, command.mailbox, command.items);
  if (!line) return refused(line.error());
  out_.write(*line);
  return Answer{"OK", "STATUS done"};
}

}  // namespace imap

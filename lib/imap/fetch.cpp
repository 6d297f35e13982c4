// FETCH of a selected mailbox (RFC 3501 section 6.4.5).
#include <algorithm>

#include "imap/body_structure.hpp"
#include "imap/envelope.hpp"
#include "imap/flags.hpp"
#include "imap/quote.hpp"
#include "imap/section.hpp"
#include "imap/selected.hpp"
#include "mime/entity.hpp"

namespace imap {

namespace {

using Kind = FetchItem::Kind;

bool needs_tree(const FetchItem& item) {
  if (item.kind == Kind::body || item.kind == Kind::body_structure) return true;
  return item.kind == Kind::section && !item.section.part.empty();
}

bool needs_header(const FetchItem& item) {
  return item.kind == Kind::envelope || (item.kind == Kind::section && needs_only_header(item.section));
}

bool needs_text(const FetchItem& item) {
  return needs_tree(item) || item.kind == Kind::section || needs_header(item);
}

/// Straight from the message, which may be large: no copy. NUL, which no literal may hold, becomes 0x80.
void write_literal(Output& out, std::string_view text) {
  out.write("{" + std::to_string(text.size()) + "}\r\n");
  while (!text.empty()) {
    const auto nul = std::min(text.find('\0'), text.size());
    if (nul > 0) out.write(text.substr(0, nul));
    if (nul < text.size()) out.write("\x80");
    text.remove_prefix(std::min(nul + 1, text.size()));
  }
}

bool asks_for(const Fetch& command, Kind kind) {
  return std::any_of(command.items.begin(), command.items.end(),
                     [kind](const FetchItem& item) { return item.kind == kind; });
}

}  // namespace

struct Selected::Loaded {
  std::uint64_t size = 0;
  std::string text;
  mime::Entity tree;
};

base::Result<Selected::Loaded> Selected::load(const Fetch& command, std::uint32_t uid) {
  const auto& items = command.items;
  Loaded out;
  // First: it may have to read the message, and there should never be two in memory.
  if (asks_for(command, Kind::size)) {
    TRY_ASSIGN(out.size, mailbox_->size(uid));
  }
  if (std::none_of(items.begin(), items.end(), needs_text)) return out;
  const bool header_only = std::all_of(items.begin(), items.end(), [](const FetchItem& item) {
    return !needs_text(item) || needs_header(item);
  });
  TRY_ASSIGN(out.text, mailbox_->text(uid, header_only));
  if (std::any_of(items.begin(), items.end(), needs_tree)) out.tree = mime::parse(out.text);
  return out;
}

void Selected::write_item(const FetchItem& item, const Message& message, const Loaded& loaded) {
  switch (item.kind) {
    case Kind::flags:
      return out_.write("FLAGS (" + format_flags(message.flags, message.recent) + ")");
    case Kind::internal_date:
      return out_.write("INTERNALDATE " + format_date_time(message.date));
    case Kind::uid:
      return out_.write("UID " + std::to_string(message.uid));
    case Kind::size:
      return out_.write("RFC822.SIZE " + std::to_string(loaded.size));
    case Kind::envelope:
      return out_.write("ENVELOPE " + format_envelope(loaded.text));
    case Kind::body:
      return out_.write("BODY " + format_body_structure(loaded.text, loaded.tree, false));
    case Kind::body_structure:
      return out_.write("BODYSTRUCTURE " + format_body_structure(loaded.text, loaded.tree, true));
    case Kind::section:
      break;
  }
  std::string store;
  const auto found = find_section(loaded.text, &loaded.tree, item.section, store);
  out_.write(item.name + (found ? " " : " NIL"));
  if (found) write_literal(out_, cut(*found, item.partial));
}

/// False: the message is gone.
base::Result<bool> Selected::fetch_one(std::size_t place, const Fetch& command) {
  const auto* message = find(view_[place].uid);
  if (message == nullptr) return false;
  // All that can fail comes before the first word of the answer.
  const auto loaded = load(command, message->uid);
  if (!loaded && loaded.error().code == base::Exit::no_input) return false;
  if (!loaded) return loaded.error();
  out_.write("* " + std::to_string(place + 1) + " FETCH (");
  std::string_view gap;
  for (const auto& item : command.items) {
    out_.write(gap);
    write_item(item, *message, *loaded);
    gap = " ";
  }
  if (command.uid && !asks_for(command, Kind::uid)) out_.write(" UID " + std::to_string(message->uid));
  if (asks_for(command, Kind::flags)) view_[place].modseq = message->modseq;
  out_.write(")\r\n");
  return true;
}

base::Result<Answer> Selected::fetch(const Fetch& command) {
  TRY_ASSIGN(const auto places, resolve(command.set, command.uid));
  const bool sets_seen = !read_only_ && std::any_of(command.items.begin(), command.items.end(),
                                                    [](const FetchItem& item) { return !item.peek; });
  bool gone = false;
  base::Result<void> read;
  std::vector<std::size_t> unseen;
  for (const auto place : places) {
    const auto there = fetch_one(place, command);
    if (!there) read = there.error();
    gone = gone || (there && !*there);
    const auto* message = sets_seen && there && *there ? find(view_[place].uid) : nullptr;
    if (message != nullptr && (message->flags.system & seen) == 0) unseen.push_back(place);
  }
  // What cannot be marked, on a full disk or in a mailbox that may not be changed, can be read all the same.
  const auto marked = mark_seen(unseen);
  TRY(check({}));
  if (!read) return some_unread(read.error());
  if (!marked) return Answer{"NO", "not marked as seen: " + marked.error().what, "UNAVAILABLE"};
  if (gone) return Answer{"NO", "some of these messages are gone", "EXPUNGEISSUED"};
  return Answer{"OK", "FETCH done"};
}

base::Result<void> Selected::mark_seen(const std::vector<std::size_t>& places) {
  if (places.empty()) return {};
  TRY(mailbox_->store(uids_of(places), Change::add, {seen, {}}));
  tell_keywords();
  for (const auto place : places) {
    const auto* message = find(view_[place].uid);
    if (message != nullptr) tell_flags(place, *message);
  }
  return {};
}

}  // namespace imap

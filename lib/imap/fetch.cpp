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

}  // namespace

base::Result<void> Selected::load(const Fetch& command, std::uint32_t uid, std::string& text,
                                  std::unique_ptr<mime::Entity>& tree) {
  const auto& items = command.items;
  if (std::none_of(items.begin(), items.end(), needs_text)) return {};
  const bool header_only = std::all_of(items.begin(), items.end(), [](const FetchItem& item) {
    return !needs_text(item) || needs_header(item);
  });
  TRY_ASSIGN(text, mailbox_->text(uid, header_only));
  if (std::any_of(items.begin(), items.end(), needs_tree))
    tree = std::make_unique<mime::Entity>(mime::parse(text));
  return {};
}

base::Result<bool> Selected::append_item(const FetchItem& item, const Message& message, std::string& line,
                                         std::string& text, std::unique_ptr<mime::Entity>& tree) {
  switch (item.kind) {
    case Kind::flags:
      line += "FLAGS (" + format_flags(message.flags, message.recent) + ")";
      break;
    case Kind::internal_date:
      line += "INTERNALDATE " + format_date_time(message.date);
      break;
    case Kind::uid:
      line += "UID " + std::to_string(message.uid);
      break;
    case Kind::size: {
      TRY_ASSIGN(const auto size, mailbox_->size(message.uid));
      line += "RFC822.SIZE " + std::to_string(size);
      break;
    }
    case Kind::envelope:
      line += "ENVELOPE " + format_envelope(text);
      break;
    case Kind::body:
      line += "BODY " + format_body_structure(text, *tree, false);
      break;
    case Kind::body_structure:
      line += "BODYSTRUCTURE " + format_body_structure(text, *tree, true);
      break;
    case Kind::section: {
      std::string store;
      const auto found = find_section(text, tree.get(), item.section, store);
      line += item.name + " ";
      if (!found) {
        line += "NIL";
      } else {
        append_literal(line, cut(*found, item.partial));
      }
      break;
    }
  }
  return true;
}

/// False: the message is gone.
base::Result<bool> Selected::fetch_one(std::size_t place, const Fetch& command, bool with_flags) {
  const auto* message = find(view_[place].uid);
  if (message == nullptr) return false;
  std::string text;
  std::unique_ptr<mime::Entity> tree;
  if (const auto loaded = load(command, message->uid, text, tree); !loaded) {
    if (loaded.error().code == base::Exit::no_input) return false;
    return loaded.error();
  }
  std::string line = "* " + std::to_string(place + 1) + " FETCH (";
  bool flags_given = false;
  bool uid_given = false;
  for (const auto& item : command.items) {
    if (line.back() != '(') line += ' ';
    TRY(append_item(item, *message, line, text, tree));
    flags_given = flags_given || item.kind == Kind::flags;
    uid_given = uid_given || item.kind == Kind::uid;
  }
  if (command.uid && !uid_given) line += " UID " + std::to_string(message->uid);
  if (with_flags && !flags_given) line += " FLAGS (" + format_flags(message->flags, message->recent) + ")";
  if (flags_given || with_flags) view_[place].modseq = message->modseq;
  out_.write(line += ")\r\n");
  return true;
}

base::Result<Answer> Selected::fetch(const Fetch& command) {
  TRY_ASSIGN(const auto places, resolve(command.set, command.uid));
  const bool sets_seen = !read_only_ && std::any_of(command.items.begin(), command.items.end(),
                                                    [](const FetchItem& item) { return !item.peek; });
  std::set<std::uint32_t> changed;
  if (sets_seen) {
    for (const auto place : places) {
      const auto* message = find(view_[place].uid);
      if (message != nullptr && (message->flags.system & seen) == 0) changed.insert(message->uid);
    }
    if (!changed.empty())
      TRY(check(mailbox_->store({changed.begin(), changed.end()}, Change::add, {seen, {}})));
  }
  bool gone = false;
  for (const auto place : places) {
    TRY_ASSIGN(const bool there, fetch_one(place, command, changed.contains(view_[place].uid)));
    gone = gone || !there;
  }
  if (gone) return Answer{"NO", "[EXPUNGEISSUED] some of these messages are gone"};
  return Answer{"OK", "FETCH done"};
}

}  // namespace imap

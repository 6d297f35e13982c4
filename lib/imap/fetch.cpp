// FETCH (RFC 3501 section 6.4.5, RFC 7162 section 3.1.4, RFC 9394 section 3.3).
#include <algorithm>

#include "imap/body_structure.hpp"
#include "imap/envelope.hpp"
#include "imap/gist.hpp"
#include "imap/parse.hpp"
#include "imap/preview.hpp"
#include "imap/quote.hpp"
#include "imap/section.hpp"
#include "imap/session.hpp"
#include "imap/thread_id.hpp"
#include "mime/entity.hpp"

namespace imap {

namespace {

using Kind = FetchItem::Kind;

bool is_binary(const FetchItem& item) {
  return item.kind == Kind::binary || item.kind == Kind::binary_size;
}

bool needs_tree(const FetchItem& item) {
  if (item.kind == Kind::body || item.kind == Kind::body_structure || item.kind == Kind::preview) return true;
  return (item.kind == Kind::section || is_binary(item)) && !item.section.part.empty();
}

bool needs_header(const FetchItem& item) {
  return item.kind == Kind::envelope || item.kind == Kind::thread_id ||
         (item.kind == Kind::section && needs_only_header(item.section));
}

bool needs_text(const FetchItem& item) {
  return needs_tree(item) || item.kind == Kind::section || is_binary(item) || needs_header(item);
}

/// What may have been kept since somebody asked for it before.
std::optional<Fact> fact_of(const FetchItem& item) {
  switch (item.kind) {
    case Kind::envelope:
      return Fact::envelope;
    case Kind::body:
      return Fact::body;
    case Kind::body_structure:
      return Fact::structure;
    case Kind::preview:
      return Fact::preview;
    case Kind::thread_id:
      return Fact::gist;
    default:
      return std::nullopt;
  }
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

/// One that may hold NUL says so (RFC 3516 section 4.2).
void write_binary(Output& out, std::string_view text) {
  if (text.find('\0') != std::string_view::npos) out.write("~");
  out.write("{" + std::to_string(text.size()) + "}\r\n");
  out.write(text);
}

bool asks_for(const Fetch& command, Kind kind) {
  return std::any_of(command.items.begin(), command.items.end(),
                     [kind](const FetchItem& item) { return item.kind == kind; });
}

base::Result<void> parse_modifier(Lexer& in, Fetch& out) {
  if (in.take_word("CHANGEDSINCE")) {
    TRY(in.space());
    TRY_ASSIGN(out.changed_since, in.large_number());
  } else if (in.take_word("PARTIAL")) {
    if (out.window) return in.wrong("one PARTIAL");
    TRY(in.space());
    TRY_ASSIGN(out.window, take_window(in));
  } else if (in.take_word("VANISHED")) {
    out.vanished = true;
  } else {
    return in.wrong("CHANGEDSINCE, VANISHED or PARTIAL");
  }
  return {};
}

}  // namespace

Parsed parse_fetch(Lexer& in, bool uid) {
  Fetch out;
  out.uid = uid;
  TRY_ASSIGN(out.set, take_set(in));
  TRY(in.space());
  TRY_ASSIGN(out.items, parse_fetch_items(in));
  if (in.take_text(" (")) {
    do {
      TRY(parse_modifier(in, out));
    } while (in.take(' '));
    TRY(in.expect(')'));
  }
  if ((out.vanished || out.window) && !uid) return in.wrong("UID FETCH");
  if (out.vanished && !out.changed_since) return in.wrong("CHANGEDSINCE");
  return finish(in, std::move(out));
}

struct Selected::Loaded {
  std::uint64_t size = 0;
  std::string email_id;
  std::string text;
  mime::Entity tree;
  std::vector<std::optional<DecodedPart>>
      parts;  // of the items that are binary, in order; nothing: there is none
  std::vector<std::pair<Fact, std::string>> facts;

  const std::string* fact(Fact wanted) const {
    const auto found =
        std::find_if(facts.begin(), facts.end(), [&](const auto& one) { return one.first == wanted; });
    return found == facts.end() ? nullptr : &found->second;
  }
  std::string find_out(Fact wanted) const;
};

std::string Selected::Loaded::find_out(Fact wanted) const {
  switch (wanted) {
    case Fact::envelope:
      return format_envelope(text);
    case Fact::body:
      return format_body_structure(text, tree, false);
    case Fact::structure:
      return format_body_structure(text, tree, true);
    case Fact::preview:
      return preview(text, tree);
    case Fact::gist:
      return make_gist(text);
  }
  return {};
}

base::Result<Selected::Loaded> Selected::load(const Fetch& command, std::uint32_t uid) {
  const auto& items = command.items;
  Loaded out;
  // First: it may have to read the message, and there should never be two in memory.
  if (asks_for(command, Kind::size)) {
    TRY_ASSIGN(out.size, mailbox_->size(uid));
  }
  if (asks_for(command, Kind::email_id) || asks_for(command, Kind::thread_id)) {
    TRY_ASSIGN(out.email_id, mailbox_->email_id(uid));
  }
  std::vector<Fact> unknown;
  for (const auto& item : items) {
    const auto fact = fact_of(item);
    if (!fact || out.fact(*fact) != nullptr) continue;
    const auto known = mailbox_->known(uid, *fact);
    if (known)
      out.facts.emplace_back(*fact, *known);
    else
      unknown.push_back(*fact);
  }
  const auto is_known = [&](const FetchItem& item) {
    const auto fact = fact_of(item);
    return !needs_text(item) || (fact && out.fact(*fact) != nullptr);
  };
  if (std::all_of(items.begin(), items.end(), is_known)) return out;
  const bool header_only = std::all_of(items.begin(), items.end(), [&](const FetchItem& item) {
    return is_known(item) || needs_header(item);
  });
  TRY_ASSIGN(out.text, mailbox_->text(uid, header_only));
  if (!header_only && std::any_of(items.begin(), items.end(), needs_tree)) out.tree = mime::parse(out.text);
  TRY(load_parts(command, out));
  for (const auto fact : unknown) {
    if (out.fact(fact) != nullptr) continue;
    out.facts.emplace_back(fact, out.find_out(fact));
    mailbox_->keep(uid, fact, out.facts.back().second);
  }
  return out;
}

/// What is decoded is as large as the message at most, but each asks for a part once more.
base::Result<void> Selected::load_parts(const Fetch& command, Loaded& into) {
  std::uint64_t octets = 0;
  for (const auto& item : command.items) {
    if (!is_binary(item)) continue;
    TRY_ASSIGN(auto part, decode_part(into.text, into.tree, item.section.part));
    octets += part ? part->octets.size() : 0;
    if (octets > 2 * into.text.size() + 1024)
      return base::fail(base::Exit::unavailable, "the same part is asked for too often");
    into.parts.push_back(std::move(part));
  }
  return {};
}

void Selected::write_section(const FetchItem& item, const Loaded& loaded) {
  std::string store;
  const auto found = find_section(loaded.text, &loaded.tree, item.section, store);
  out_.write(item.name + (found ? " " : " NIL"));
  if (found) write_literal(out_, cut(*found, item.partial));
}

void Selected::write_item(const FetchItem& item, const Message& message, const Loaded& loaded) {
  switch (item.kind) {
    case Kind::flags:
      return out_.write(flags_text(message));
    case Kind::internal_date:
      return out_.write("INTERNALDATE " + format_date_time(mailbox_->date(message)));
    case Kind::save_date:
      return out_.write("SAVEDATE " + format_date_time(message.saved));
    case Kind::uid:
      return out_.write("UID " + std::to_string(message.uid));
    case Kind::modseq:
      return out_.write(modseq_text(message));
    case Kind::size:
      return out_.write("RFC822.SIZE " + std::to_string(loaded.size));
    case Kind::email_id:
      return out_.write("EMAILID (" + loaded.email_id + ")");
    case Kind::thread_id:
      return out_.write("THREADID (" + thread_id(Gist(*loaded.fact(Fact::gist)), loaded.email_id) + ")");
    case Kind::preview:
      return out_.write("PREVIEW " + quote(*loaded.fact(Fact::preview)));
    case Kind::envelope:
      return out_.write("ENVELOPE " + *loaded.fact(Fact::envelope));
    case Kind::body:
      return out_.write("BODY " + *loaded.fact(Fact::body));
    case Kind::body_structure:
      return out_.write("BODYSTRUCTURE " + *loaded.fact(Fact::structure));
    case Kind::section:
      return write_section(item, loaded);
    case Kind::binary:
    case Kind::binary_size:
      return;
  }
}

/// False: the message is gone.
base::Result<bool> Selected::fetch_one(std::size_t place, const Fetch& command) {
  const auto* message = find(view_[place].uid);
  if (message == nullptr) return false;
  // All that can fail comes before the first word of the answer.
  const auto loaded = load(command, message->uid);
  if (!loaded && loaded.error().code == base::Exit::no_input) return false;
  if (!loaded) return loaded.error();
  begin_fetch(place);
  std::string_view gap;
  std::size_t part = 0;
  for (const auto& item : command.items) {
    out_.write(gap);
    gap = " ";
    if (!is_binary(item)) {
      write_item(item, *message, *loaded);
      continue;
    }
    const auto& decoded = loaded->parts[part++];
    out_.write(item.name + " ");
    if (item.kind == Kind::binary_size)
      out_.write(std::to_string(decoded ? decoded->octets.size() : 0));
    else if (decoded)
      write_binary(out_, cut(decoded->octets, item.partial));
    else
      out_.write("NIL");
  }
  if (command.uid && !mode_.uid_only && !asks_for(command, Kind::uid))
    out_.write(std::string(gap) + "UID " + std::to_string(message->uid));
  const bool flags_told = asks_for(command, Kind::flags);
  const bool modseq = command.changed_since || (flags_told && mode_.condstore);
  if (modseq && !asks_for(command, Kind::modseq)) out_.write(" " + modseq_text(*message));
  if (flags_told && message->modseq > modseq_) told_since_.emplace_back(message->uid, message->modseq);
  out_.write(")\r\n");
  return true;
}

base::Result<Selected::Places> Selected::places_to_fetch(const Fetch& command) {
  TRY_ASSIGN(auto places, resolve(command.set, command.uid));
  if (command.window) {
    const auto [begin, end] = command.window->places(places.size());
    places = Places(places.begin() + static_cast<std::ptrdiff_t>(begin),
                    places.begin() + static_cast<std::ptrdiff_t>(end));
  }
  // Of the part, and not the other way round (RFC 9394 section 3.4).
  if (command.changed_since) {
    std::erase_if(places, [&](std::size_t place) {
      const auto* message = find(view_[place].uid);
      return message != nullptr && message->modseq <= *command.changed_since;
    });
  }
  return places;
}

base::Result<Answer> Selected::fetch(const Fetch& command) {
  if (command.window && command.window->last - command.window->first >= bounds_.messages)
    return Answer{"NO", "a smaller part, please", "MESSAGELIMIT " + std::to_string(bounds_.messages)};
  TRY_ASSIGN(auto places, places_to_fetch(command));
  const auto lowest = limit(places);
  const bool sets_seen = !read_only_ && std::any_of(command.items.begin(), command.items.end(),
                                                    [](const FetchItem& item) { return !item.peek; });
  if (command.vanished && !command.set.is_saved() && mailbox_->uid_next() > 1) {
    const auto gone = gone_in(command.set.ranges(mailbox_->uid_next() - 1), *command.changed_since);
    if (!gone.empty()) out_.write("* VANISHED (EARLIER) " + format_ranges(gone) + "\r\n");
  }
  bool gone = false;
  bool unknown = false;
  base::Result<void> read;
  std::vector<std::size_t> unseen;
  for (const auto place : places) {
    const auto there = fetch_one(place, command);
    if (!there && there.error().code == base::Exit::protocol)
      unknown = true;
    else if (!there)
      read = there.error();
    gone = gone || (there && !*there);
    const auto* message = sets_seen && there && *there ? find(view_[place].uid) : nullptr;
    if (message != nullptr && (message->flags.system & seen) == 0) unseen.push_back(place);
  }
  // What cannot be marked, on a full disk or in a mailbox that may not be changed, can be read all the same.
  const auto marked = mark_seen(unseen, command.uid);
  TRY(check({}));
  if (unknown) return Answer{"NO", "in an encoding that is not known", "UNKNOWN-CTE"};
  if (!read) return some_unread(read.error());
  if (!marked) return Answer{"NO", "not marked as seen: " + marked.error().what, "UNAVAILABLE"};
  if (gone) return limited(some_gone, lowest);
  return limited({"OK", "FETCH done"}, lowest);
}

base::Result<void> Selected::mark_seen(const Places& places, bool uid) {
  if (places.empty()) return {};
  TRY(mailbox_->store(uids_of(places), Change::add, {seen, {}}, std::nullopt));
  tell_keywords();
  for (const auto place : places) {
    const auto* message = find(view_[place].uid);
    if (message != nullptr) tell_flags(place, *message);
  }
  tell_news(uid);
  return {};
}

Session::Outcome Session::handle(const Fetch& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(numbers_allowed(command.uid));
  if (command.vanished && !mode_.qresync) return Answer{"BAD", "ENABLE QRESYNC first"};
  if (command.changed_since || asks_for(command, Kind::modseq)) use_condstore();
  TRY(selected_->announce(command.uid));
  return selected_->fetch(command);
}

}  // namespace imap

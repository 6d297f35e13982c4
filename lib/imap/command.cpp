#include "imap/command.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "imap/flags.hpp"
#include "imap/lexer.hpp"
#include "imap/mailbox_name.hpp"

namespace imap {

namespace {

constexpr std::size_t pattern_limit = 1000;  // octets

using Parsed = base::Result<Command>;

base::Result<std::string> take_mailbox(Lexer& in) {
  TRY(in.space());
  TRY_ASSIGN(const auto name, in.astring());
  return decode_mailbox_name(name);
}

base::Result<SequenceSet> take_set(Lexer& in) {
  TRY(in.space());
  return SequenceSet::parse(in.sequence());
}

Parsed finish(const Lexer& in, Command command) {
  TRY(in.end());
  return command;
}

Parsed parse_login(Lexer& in) {
  Login out;
  TRY(in.space());
  TRY_ASSIGN(out.user, in.astring());
  TRY(in.space());
  TRY_ASSIGN(out.password, in.astring());
  return finish(in, std::move(out));
}

Parsed parse_authenticate(Lexer& in) {
  Authenticate out;
  TRY(in.space());
  TRY_ASSIGN(out.mechanism, in.atom());
  out.mechanism = base::upper(out.mechanism);
  if (in.take(' ')) {
    TRY_ASSIGN(out.response, in.atom());
  }
  return finish(in, std::move(out));
}

Parsed parse_select(Lexer& in, bool read_only) {
  TRY_ASSIGN(auto name, take_mailbox(in));
  return finish(in, Select{std::move(name), read_only});
}

Parsed parse_on_mailbox(Lexer& in, On what) {
  TRY_ASSIGN(auto name, take_mailbox(in));
  // A separator at the end says that levels below will follow (RFC 3501 section 6.3.3).
  if (what == On::create && name.size() > 1 && name.ends_with('.')) name.pop_back();
  return finish(in, OnMailbox{what, std::move(name)});
}

Parsed parse_rename(Lexer& in) {
  TRY_ASSIGN(auto from, take_mailbox(in));
  TRY_ASSIGN(auto to, take_mailbox(in));
  return finish(in, Rename{std::move(from), std::move(to)});
}

Parsed parse_list(Lexer& in, bool subscribed) {
  List out;
  out.subscribed = subscribed;
  TRY_ASSIGN(out.reference, take_mailbox(in));
  TRY(in.space());
  TRY_ASSIGN(const auto pattern, in.list_mailbox());
  TRY_ASSIGN(out.pattern, decode_mailbox_name(pattern));
  // Each name is held against every character of it.
  if (out.reference.size() + out.pattern.size() > pattern_limit) return in.wrong("a shorter pattern");
  return finish(in, std::move(out));
}

Parsed parse_status(Lexer& in) {
  constexpr struct {
    std::string_view name;
    StatusItem item;
  } table[] = {{"MESSAGES", StatusItem::messages},
               {"RECENT", StatusItem::recent},
               {"UIDNEXT", StatusItem::uid_next},
               {"UIDVALIDITY", StatusItem::uid_validity},
               {"UNSEEN", StatusItem::unseen}};
  AskStatus out;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  TRY(in.space());
  TRY(in.expect('('));
  do {
    const auto name = in.name();
    const auto row = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& one) { return base::iequals(one.name, name); });
    if (row == std::end(table) || out.items.size() > 20) return in.wrong("a status item");
    out.items.push_back(row->item);
  } while (in.take(' '));
  TRY(in.expect(')'));
  return finish(in, std::move(out));
}

Parsed parse_append(Lexer& in) {
  Append out;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  TRY(in.space());
  if (in.peek() == '(') {
    TRY_ASSIGN(const auto names, in.flag_list());
    TRY_ASSIGN(out.flags, parse_flags(names));
    TRY(in.space());
  }
  if (in.peek() == '"') {
    TRY_ASSIGN(const auto date, in.string());
    TRY_ASSIGN(out.date, parse_date_time(date));
    TRY(in.space());
  }
  TRY_ASSIGN(out.message, in.literal());
  if (out.message.empty()) return base::fail(base::Exit::data, "an empty message cannot be stored");
  return finish(in, std::move(out));
}

Parsed parse_search(Lexer& in, bool uid) {
  TRY(in.space());
  TRY_ASSIGN(auto key, parse_search_program(in));
  return finish(in, Search{uid, std::move(key)});
}

Parsed parse_fetch(Lexer& in, bool uid) {
  Fetch out;
  out.uid = uid;
  TRY_ASSIGN(out.set, take_set(in));
  TRY(in.space());
  TRY_ASSIGN(out.items, parse_fetch_items(in));
  return finish(in, std::move(out));
}

Parsed parse_store(Lexer& in, bool uid) {
  StoreFlags out;
  out.uid = uid;
  TRY_ASSIGN(out.set, take_set(in));
  TRY(in.space());
  if (in.take('+')) out.change = Change::add;
  if (out.change == Change::replace && in.take('-')) out.change = Change::remove;
  const auto item = in.name();
  out.silent = base::iequals(item, "FLAGS.SILENT");
  if (!out.silent && !base::iequals(item, "FLAGS")) return in.wrong("FLAGS or FLAGS.SILENT");
  TRY(in.space());
  std::vector<std::string> names;
  if (in.peek() == '(') {
    TRY_ASSIGN(names, in.flag_list());
  } else {
    do {
      TRY_ASSIGN(names.emplace_back(), in.flag());
    } while (in.take(' '));
  }
  TRY_ASSIGN(out.flags, parse_flags(names));
  return finish(in, std::move(out));
}

Parsed parse_copy(Lexer& in, bool uid, bool move) {
  Copy out;
  out.uid = uid;
  out.move = move;
  TRY_ASSIGN(out.set, take_set(in));
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  return finish(in, std::move(out));
}

/// The field list of RFC 2971 is read past: nothing here depends on what a client calls itself.
Parsed parse_id(Lexer& in) {
  TRY(in.space());
  if (in.take_word("NIL")) return finish(in, Plain{Verb::id});
  TRY(in.expect('('));
  for (int i = 0; i < 60 && in.peek() != ')'; ++i) {
    if (in.take_word("NIL")) {
      (void)in.take(' ');
      continue;
    }
    TRY(in.string());
    (void)in.take(' ');
  }
  TRY(in.expect(')'));
  return finish(in, Plain{Verb::id});
}

Parsed parse_uid(Lexer& in) {
  TRY(in.space());
  if (in.take_word("FETCH")) return parse_fetch(in, true);
  if (in.take_word("STORE")) return parse_store(in, true);
  if (in.take_word("SEARCH")) return parse_search(in, true);
  if (in.take_word("COPY")) return parse_copy(in, true, false);
  if (in.take_word("MOVE")) return parse_copy(in, true, true);
  if (!in.take_word("EXPUNGE")) return in.wrong("FETCH, STORE, SEARCH, COPY, MOVE or EXPUNGE");
  TRY_ASSIGN(auto set, take_set(in));
  return finish(in, UidExpunge{std::move(set)});
}

constexpr struct {
  std::string_view name;
  Parsed (*parse)(Lexer&);
} table[] = {
    {"CAPABILITY", [](Lexer& in) { return finish(in, Plain{Verb::capability}); }},
    {"NOOP", [](Lexer& in) { return finish(in, Plain{Verb::noop}); }},
    {"LOGOUT", [](Lexer& in) { return finish(in, Plain{Verb::logout}); }},
    {"STARTTLS", [](Lexer& in) { return finish(in, Plain{Verb::starttls}); }},
    {"CHECK", [](Lexer& in) { return finish(in, Plain{Verb::check}); }},
    {"CLOSE", [](Lexer& in) { return finish(in, Plain{Verb::close}); }},
    {"UNSELECT", [](Lexer& in) { return finish(in, Plain{Verb::unselect}); }},
    {"EXPUNGE", [](Lexer& in) { return finish(in, Plain{Verb::expunge}); }},
    {"NAMESPACE", [](Lexer& in) { return finish(in, Plain{Verb::name_space}); }},
    {"ID", parse_id},
    {"LOGIN", parse_login},
    {"AUTHENTICATE", parse_authenticate},
    {"SELECT", [](Lexer& in) { return parse_select(in, false); }},
    {"EXAMINE", [](Lexer& in) { return parse_select(in, true); }},
    {"CREATE", [](Lexer& in) { return parse_on_mailbox(in, On::create); }},
    {"DELETE", [](Lexer& in) { return parse_on_mailbox(in, On::remove); }},
    {"SUBSCRIBE", [](Lexer& in) { return parse_on_mailbox(in, On::subscribe); }},
    {"UNSUBSCRIBE", [](Lexer& in) { return parse_on_mailbox(in, On::unsubscribe); }},
    {"RENAME", parse_rename},
    {"LIST", [](Lexer& in) { return parse_list(in, false); }},
    {"LSUB", [](Lexer& in) { return parse_list(in, true); }},
    {"STATUS", parse_status},
    {"APPEND", parse_append},
    {"SEARCH", [](Lexer& in) { return parse_search(in, false); }},
    {"FETCH", [](Lexer& in) { return parse_fetch(in, false); }},
    {"STORE", [](Lexer& in) { return parse_store(in, false); }},
    {"COPY", [](Lexer& in) { return parse_copy(in, false, false); }},
    {"MOVE", [](Lexer& in) { return parse_copy(in, false, true); }},
    {"UID", parse_uid},
};

}  // namespace

Tagged parse_command(std::string_view text) {
  Lexer in(text);
  const auto tag = in.tag();
  if (!tag) return {"*", Bad{tag.error().what}};
  if (const auto space = in.space(); !space) return {*tag, Bad{space.error().what}};
  for (const auto& row : table) {
    if (!in.take_word(row.name)) continue;
    auto parsed = row.parse(in);
    if (parsed) return {*tag, std::move(*parsed)};
    Bad bad = {std::string(row.name) + ": " + parsed.error().what};
    if (parsed.error().code == base::Exit::unavailable) bad = {bad.what, true, "BADCHARSET (US-ASCII UTF-8)"};
    return {*tag, std::move(bad)};
  }
  return {*tag, Bad{"unknown command"}};
}

}  // namespace imap

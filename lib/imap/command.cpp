#include "imap/command.hpp"

#include "base/ascii.hpp"
#include "codec/utf7.hpp"
#include "imap/mailbox_name.hpp"
#include "imap/parse.hpp"

namespace imap {

namespace {

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

Parsed parse_enable(Lexer& in) {
  constexpr std::size_t names_limit = 50;
  Enable out;
  while (in.take(' ')) {
    if (out.names.size() >= names_limit) return in.wrong("fewer names");
    TRY_ASSIGN(const auto name, in.atom());
    out.names.push_back(base::upper(name));
  }
  if (out.names.empty()) return in.wrong("a name");
  return finish(in, std::move(out));
}

Parsed parse_compress(Lexer& in) {
  TRY(in.space());
  if (!in.take_word("DEFLATE")) return in.wrong("DEFLATE");
  return finish(in, Plain{Verb::compress});
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
  if (in.take_word("SORT")) return parse_sort(in, true);
  if (in.take_word("THREAD")) return parse_thread(in, true);
  if (in.take_word("COPY")) return parse_copy(in, true, false);
  if (in.take_word("MOVE")) return parse_copy(in, true, true);
  if (in.take_word("REPLACE")) return parse_replace(in, true);
  if (!in.take_word("EXPUNGE"))
    return in.wrong("FETCH, STORE, SEARCH, SORT, THREAD, COPY, MOVE, REPLACE or EXPUNGE");
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
    {"IDLE", [](Lexer& in) { return finish(in, Plain{Verb::idle}); }},
    {"COMPRESS", parse_compress},
    {"ID", parse_id},
    {"LOGIN", parse_login},
    {"AUTHENTICATE", parse_authenticate},
    {"ENABLE", parse_enable},
    {"SELECT", [](Lexer& in) { return parse_select(in, false); }},
    {"EXAMINE", [](Lexer& in) { return parse_select(in, true); }},
    {"CREATE", [](Lexer& in) { return parse_on_mailbox(in, On::create); }},
    {"DELETE", [](Lexer& in) { return parse_on_mailbox(in, On::remove); }},
    {"SUBSCRIBE", [](Lexer& in) { return parse_on_mailbox(in, On::subscribe); }},
    {"UNSUBSCRIBE", [](Lexer& in) { return parse_on_mailbox(in, On::unsubscribe); }},
    {"RENAME", parse_rename},
    {"LIST", parse_list},
    {"LSUB", parse_lsub},
    {"STATUS", parse_status},
    {"APPEND", parse_append},
    {"REPLACE", [](Lexer& in) { return parse_replace(in, false); }},
    {"SEARCH", [](Lexer& in) { return parse_search(in, false); }},
    {"SORT", [](Lexer& in) { return parse_sort(in, false); }},
    {"THREAD", [](Lexer& in) { return parse_thread(in, false); }},
    {"FETCH", [](Lexer& in) { return parse_fetch(in, false); }},
    {"STORE", [](Lexer& in) { return parse_store(in, false); }},
    {"COPY", [](Lexer& in) { return parse_copy(in, false, false); }},
    {"MOVE", [](Lexer& in) { return parse_copy(in, false, true); }},
    {"GETQUOTA", [](Lexer& in) { return parse_quota(in, false); }},
    {"GETQUOTAROOT", [](Lexer& in) { return parse_quota(in, true); }},
    {"UIDBATCHES", parse_uid_batches},
    {"UID", parse_uid},
};

}  // namespace

base::Result<std::string> take_mailbox(Lexer& in) {
  TRY(in.space());
  TRY_ASSIGN(const auto name, in.astring());
  return decode_mailbox_name(name, in.utf8());
}

base::Result<std::string> take_new_mailbox(Lexer& in) {
  TRY(in.space());
  TRY_ASSIGN(const auto name, in.astring());
  if (!in.utf8() && !base::has_8bit(name)) TRY(codec::imap_utf7_decode(name));
  return decode_mailbox_name(name, in.utf8());
}

base::Result<SequenceSet> take_set(Lexer& in) {
  TRY(in.space());
  return SequenceSet::parse(in.sequence());
}

base::Result<Window> take_window(Lexer& in) {
  Window out;
  out.from_end = in.take('-');
  TRY_ASSIGN(out.first, in.number(1));
  TRY(in.expect(':'));
  if (in.take('-') != out.from_end) return in.wrong("a range like 1:100 or -1:-100");
  TRY_ASSIGN(out.last, in.number(1));
  if (out.first > out.last) std::swap(out.first, out.last);
  return out;
}

Parsed finish(const Lexer& in, Command command) {
  TRY(in.end());
  return command;
}

Tagged parse_command(std::string_view text, const Mode& mode) {
  Lexer in(text, mode.utf8);
  const auto tag = in.tag();
  if (!tag) return {"*", Bad{tag.error().what}};
  if (const auto space = in.space(); !space) return {*tag, Bad{space.error().what}};
  for (const auto& row : table) {
    if (!in.take_word(row.name)) continue;
    auto parsed = row.parse(in);
    if (parsed) return {*tag, std::move(*parsed)};
    Bad bad = {std::string(row.name) + ": " + parsed.error().what};
    bad.no = parsed.error().code == base::Exit::unavailable;
    return {*tag, std::move(bad)};
  }
  return {*tag, Bad{"unknown command"}};
}

}  // namespace imap

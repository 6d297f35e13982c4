// CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE (RFC 3501 sections 6.3.3 to 6.3.7, RFC 6154).
#include <algorithm>

#include "codec/nfc.hpp"
#include "imap/mailbox_name.hpp"
#include "imap/parse.hpp"
#include "imap/quote.hpp"
#include "imap/session.hpp"
#include "imap/special_use.hpp"

namespace imap {

Parsed parse_on_mailbox(Lexer& in, On what) {
  OnMailbox out;
  out.what = what;
  TRY_ASSIGN(out.mailbox, what == On::create ? take_new_mailbox(in) : take_mailbox(in));
  // A separator at the end says that levels below will follow (RFC 3501 section 6.3.3).
  if (what == On::create && out.mailbox.size() > 1 && out.mailbox.ends_with(separator))
    out.mailbox.pop_back();
  if (what == On::create && in.take_text(" (USE")) {
    TRY(in.space());
    TRY_ASSIGN(out.uses, in.flag_list());
    TRY(in.expect(')'));
  }
  return finish(in, std::move(out));
}

Parsed parse_rename(Lexer& in) {
  TRY_ASSIGN(auto from, take_mailbox(in));
  TRY_ASSIGN(auto to, take_new_mailbox(in));
  return finish(in, Rename{std::move(from), std::move(to)});
}

void Session::take_away(const std::string& name, bool with_those_below) {
  const bool below = with_those_below && name_.starts_with(name + separator);
  if (selected_ == nullptr || (name_ != name && !below)) return;
  left_ = std::move(selected_);
  taken_away_ = true;
}

base::Result<std::string> Session::meant(const std::string& name) {
  const auto normal = codec::nfc(name);
  if (normal == name) return name;
  TRY_ASSIGN(const auto names, store_.list());
  return std::find(names.begin(), names.end(), name) == names.end() ? normal : name;
}

/// Others than those of IMAP4rev2 do not know what that is.
void Session::tell_old_name(std::string_view attributes, const std::string& name, const std::string& old) {
  if (!mode_.rev2) return;
  write_mailbox("LIST", attributes, name, " (\"OLDNAME\" (" + quote_name(old, mode_.utf8) + "))");
}

Session::Outcome Session::create(const OnMailbox& command) {
  std::vector<std::string> uses;
  for (const auto& name : command.uses) {
    const auto known = known_use(name);
    if (known.empty()) return Answer{"NO", "no mailbox can be for that", "USEATTR"};
    uses.emplace_back(known);
  }
  const auto name = codec::nfc(command.mailbox);
  const auto done = store_.create(name, uses);
  if (!done) return refused(done.error());
  if (name != command.mailbox) tell_old_name("", name, command.mailbox);
  const auto status = store_.status(name, false);
  return Answer{"OK", "CREATE done", status ? "MAILBOXID (" + status->id + ")" : std::string()};
}

Session::Outcome Session::remove(const OnMailbox& command) {
  TRY_ASSIGN(const auto name, meant(command.mailbox));
  const auto done = store_.remove(name);
  if (!done && done.error().code == base::Exit::no_input) {
    TRY_ASSIGN(const auto names, store_.list());
    const bool parent = std::any_of(names.begin(), names.end(), [&](const std::string& one) {
      return one.starts_with(name + separator);
    });
    if (parent) return Answer{"NO", "there are only mailboxes below it", "HASCHILDREN"};
  }
  if (!done) return refused(done.error());
  take_away(name, false);
  if (name != command.mailbox) tell_old_name("\\NonExistent", name, command.mailbox);
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const OnMailbox& command) {
  if (command.what == On::create) return create(command);
  if (command.what == On::remove) return remove(command);
  TRY_ASSIGN(const auto name, meant(command.mailbox));
  const auto done = store_.subscribe(name, command.what == On::subscribe);
  if (!done) return refused(done.error());
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const Rename& command) {
  TRY_ASSIGN(const auto from, meant(command.from));
  const auto to = codec::nfc(command.to);
  const auto done = store_.rename(from, to);
  if (!done) return refused(done.error());
  // INBOX stays, only its messages have moved (section 6.3.5).
  if (from != "INBOX") take_away(from, true);
  if (from != command.from || to != command.to) tell_old_name("", to, command.from);
  return Answer{"OK", "RENAME done"};
}

}  // namespace imap

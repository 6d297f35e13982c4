// CREATE, DELETE, RENAME, SUBSCRIBE and UNSUBSCRIBE (RFC 3501 sections 6.3.3 to 6.3.7, RFC 6154).
#include "imap/mailbox_name.hpp"
#include "imap/parse.hpp"
#include "imap/session.hpp"
#include "imap/special_use.hpp"

namespace imap {

Parsed parse_on_mailbox(Lexer& in, On what) {
  OnMailbox out;
  out.what = what;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
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
  TRY_ASSIGN(auto to, take_mailbox(in));
  return finish(in, Rename{std::move(from), std::move(to)});
}

void Session::take_away(const std::string& name, bool with_those_below) {
  const bool below = with_those_below && name_.starts_with(name + separator);
  if (selected_ == nullptr || (name_ != name && !below)) return;
  selected_.reset();
  taken_away_ = true;
}

Session::Outcome Session::create(const OnMailbox& command) {
  std::vector<std::string> uses;
  for (const auto& name : command.uses) {
    const auto known = known_use(name);
    if (known.empty()) return Answer{"NO", "no mailbox can be for that", "USEATTR"};
    uses.emplace_back(known);
  }
  const auto done = store_.create(command.mailbox, uses);
  if (!done) return refused(done.error());
  const auto status = store_.status(command.mailbox, false);
  return Answer{"OK", "CREATE done", status ? "MAILBOXID (" + status->id + ")" : std::string()};
}

Session::Outcome Session::handle(const OnMailbox& command) {
  base::Result<void> done;
  switch (command.what) {
    case On::create:
      return create(command);
    case On::remove:
      done = store_.remove(command.mailbox);
      if (done) take_away(command.mailbox, false);
      break;
    case On::subscribe:
      done = store_.subscribe(command.mailbox, true);
      break;
    case On::unsubscribe:
      done = store_.subscribe(command.mailbox, false);
      break;
  }
  if (!done) return refused(done.error());
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const Rename& command) {
  const auto done = store_.rename(command.from, command.to);
  if (!done) return refused(done.error());
  // INBOX stays, only its messages have moved (section 6.3.5).
  if (command.from != "INBOX") take_away(command.from, true);
  return Answer{"OK", "RENAME done"};
}

}  // namespace imap

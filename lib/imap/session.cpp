#include "imap/session.hpp"

#include <algorithm>
#include <map>

#include "imap/mailbox_name.hpp"
#include "imap/quote.hpp"

namespace imap {

namespace {

constexpr std::size_t errors_limit = 50;

const Answer none_selected = {"BAD", "no mailbox is selected"};

/// Response codes of RFC 5530 for what the store could not do.
Answer no(const base::Error& error) {
  using base::Exit;
  std::string_view code = "SERVERBUG";
  switch (error.code) {
    case Exit::no_input:
      code = "NONEXISTENT";
      break;
    case Exit::cannot_create:
      code = "ALREADYEXISTS";
      break;
    case Exit::data:
    case Exit::not_permitted:
      code = "CANNOT";
      break;
    case Exit::temporary:
    case Exit::io:
    case Exit::os:
      code = "UNAVAILABLE";
      break;
    case Exit::unavailable:
      code = "LIMIT";
      break;
    default:
      break;
  }
  return {"NO", error.what, std::string(code)};
}

std::string mailbox_line(std::string_view word, std::string_view attributes, std::string_view name) {
  return "* " + std::string(word) + " (" + std::string(attributes) + ") \".\" " +
         quote(encode_mailbox_name(name)) + "\r\n";
}

}  // namespace

void Session::begin(std::string_view tag) {
  out_.write(std::string(tag) + " OK [CAPABILITY " + std::string(capabilities) + "] logged in\r\n");
}

Next Session::too_big(std::string_view tag) {
  out_.write(std::string(tag) + " NO [TOOBIG] larger than this server takes\r\n");
  return count_error();
}

Next Session::count_error() {
  if (++errors_ < errors_limit) return Next::command;
  out_.write("* BYE too many errors\r\n");
  return Next::close;
}

Next Session::on(const Tagged& tagged) {
  const auto outcome = std::visit([this](const auto& command) { return handle(command); }, tagged.command);
  Answer answer;
  if (outcome) {
    answer = *outcome;
  } else if (outcome.error().code == base::Exit::usage) {
    answer = {"BAD", outcome.error().what};
  } else {
    answer = no(outcome.error());
  }
  finish(tagged.tag, answer);
  const auto* plain = std::get_if<Plain>(&tagged.command);
  const bool logout = plain != nullptr && plain->verb == Verb::logout;
  if (answer.word == "OK") errors_ = 0;
  if (answer.word == "BAD" && count_error() == Next::close) return Next::close;
  if (selected_ != nullptr && selected_->lost()) {
    out_.write("* BYE the mailbox was rebuilt, log in again\r\n");
    return Next::close;
  }
  return logout ? Next::close : Next::command;
}

void Session::finish(const std::string& tag, const Answer& answer) {
  const bool ours = answer.code == "UNAVAILABLE" || answer.code == "SERVERBUG" || answer.code == "LIMIT";
  const auto told = answer.word == "NO" ? without_paths(answer.text) : answer.text;
  if (ours || told != answer.text) out_.report(answer.text);
  const std::string code = answer.code.empty() ? "" : "[" + answer.code + "] ";
  out_.write(tag + " " + std::string(answer.word) + " " + code + one_line(told) + "\r\n");
}

Session::Outcome Session::close(bool expunge) {
  if (selected_ == nullptr && !taken_away_) return none_selected;
  if (expunge && selected_ != nullptr && !selected_->read_only()) {
    const auto done = selected_->expunge(nullptr, true);
    // Of one that is gone or was rebuilt nothing is left to expunge, and the client only wants to leave it.
    const bool gone = !done && (selected_->lost() || done.error().code == base::Exit::no_input);
    if (!done && !gone) return done.error();
  }
  leave();
  return Answer{"OK", "closed"};
}

void Session::leave() {
  selected_.reset();
  taken_away_ = false;
}

void Session::take_away(const std::string& name, bool with_those_below) {
  const bool below = with_those_below && name_.starts_with(name + separator);
  if (selected_ == nullptr || (name_ != name && !below)) return;
  selected_.reset();
  taken_away_ = true;
}

Session::Outcome Session::handle(const Plain& command) {
  switch (command.verb) {
    case Verb::capability:
      out_.write("* CAPABILITY " + std::string(capabilities) + "\r\n");
      break;
    case Verb::id:
      out_.write("* ID (\"name\" \"tubepost\")\r\n");
      break;
    case Verb::name_space:
      out_.write("* NAMESPACE ((\"\" \".\")) NIL NIL\r\n");
      break;
    case Verb::logout:
      out_.write("* BYE logging out\r\n");
      break;
    case Verb::starttls:
      return Answer{"BAD", "already logged in"};
    case Verb::close:
      return close(true);
    case Verb::unselect:
      return close(false);
    case Verb::expunge:
      return selected_ == nullptr ? none_selected : selected_->expunge(nullptr, false);
    case Verb::check:
      if (selected_ == nullptr) return none_selected;
      [[fallthrough]];
    case Verb::noop:
      if (selected_ != nullptr) TRY(selected_->announce(true));
      break;
  }
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const Login&) {
  return Answer{"BAD", "already logged in"};
}
Session::Outcome Session::handle(const Authenticate&) {
  return Answer{"BAD", "already logged in"};
}

Session::Outcome Session::handle(const Select& command) {
  // A SELECT that fails leaves no mailbox selected (section 6.3.1).
  leave();
  auto mailbox = store_.open(command.mailbox, command.read_only);
  if (!mailbox) return no(mailbox.error());
  auto selected = Selected::open(std::move(*mailbox), command.read_only, out_);
  if (!selected) return no(selected.error());
  selected_ = std::move(*selected);
  name_ = command.mailbox;
  return command.read_only ? Answer{"OK", "EXAMINE done", "READ-ONLY"}
                           : Answer{"OK", "SELECT done", "READ-WRITE"};
}

Session::Outcome Session::handle(const OnMailbox& command) {
  base::Result<void> done;
  switch (command.what) {
    case On::create:
      done = store_.create(command.mailbox);
      break;
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
  if (!done) return no(done.error());
  return Answer{"OK", "done"};
}

Session::Outcome Session::handle(const Rename& command) {
  const auto done = store_.rename(command.from, command.to);
  if (!done) return no(done.error());
  // INBOX stays, only its messages have moved (section 6.3.5).
  if (command.from != "INBOX") take_away(command.from, true);
  return Answer{"OK", "RENAME done"};
}

Session::Outcome Session::handle(const List& command) {
  const std::string_view word = command.subscribed ? "LSUB" : "LIST";
  if (command.pattern.empty() && !command.subscribed) {
    // Asks for the separator and the root of the reference (section 6.3.8).
    out_.write(mailbox_line(word, "\\Noselect", ""));
    return Answer{"OK", "LIST done"};
  }
  return list_all(command);
}

Session::Outcome Session::list_all(const List& command) {
  const std::string_view word = command.subscribed ? "LSUB" : "LIST";
  TRY_ASSIGN(const auto names, command.subscribed ? store_.subscriptions() : store_.list());
  // Levels above that are no mailboxes themselves are named too, for `%` to stop at.
  std::map<std::string, bool> all;
  for (const auto& name : names) {
    all[name] = true;
    for (auto at = name.find(separator); at != std::string::npos; at = name.find(separator, at + 1))
      all.try_emplace(name.substr(0, at), false);
  }
  const auto pattern = command.reference + command.pattern;
  const bool by_level = pattern.find('%') != std::string::npos;
  for (const auto& [name, exists] : all) {
    if (!matches(pattern, name) || (!exists && command.subscribed && !by_level)) continue;
    const auto next = all.upper_bound(name + separator);
    const bool children = next != all.end() && next->first.starts_with(name + separator);
    std::string attributes = exists ? "" : "\\Noselect";
    if (!command.subscribed)
      attributes += std::string(exists ? "" : " ") + (children ? "\\HasChildren" : "\\HasNoChildren");
    out_.write(mailbox_line(word, attributes, name));
  }
  return Answer{"OK", std::string(word) + " done"};
}

Session::Outcome Session::handle(const AskStatus& command) {
  const auto status = store_.status(command.mailbox);
  if (!status) return no(status.error());
  std::string items;
  for (const auto item : command.items) {
    if (!items.empty()) items += ' ';
    switch (item) {
      case StatusItem::messages:
        items += "MESSAGES " + std::to_string(status->messages);
        break;
      case StatusItem::recent:
        items += "RECENT " + std::to_string(status->recent);
        break;
      case StatusItem::uid_next:
        items += "UIDNEXT " + std::to_string(status->uid_next);
        break;
      case StatusItem::uid_validity:
        items += "UIDVALIDITY " + std::to_string(status->validity);
        break;
      case StatusItem::unseen:
        items += "UNSEEN " + std::to_string(status->unseen);
        break;
    }
  }
  out_.write("* STATUS " + quote(encode_mailbox_name(command.mailbox)) + " (" + items + ")\r\n");
  return Answer{"OK", "STATUS done"};
}

Session::Outcome Session::handle(const Append& command) {
  const auto placed = store_.append(command.mailbox, command.flags, command.date, command.message);
  if (!placed && placed.error().code == base::Exit::no_input)
    return Answer{"NO", placed.error().what, "TRYCREATE"};
  if (!placed) return no(placed.error());
  // Stored is stored: a NO would only have it appended again.
  if (selected_ != nullptr) (void)selected_->announce(true);
  return Answer{"OK", "APPEND done",
                "APPENDUID " + std::to_string(placed->validity) + " " + format_set(placed->uids)};
}

// FETCH, STORE and SEARCH by number must not renumber (section 7.4.1): expunges wait for the next command.

Session::Outcome Session::handle(const Search& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(selected_->announce(command.uid));
  return selected_->search(command);
}

Session::Outcome Session::handle(const Fetch& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(selected_->announce(command.uid));
  return selected_->fetch(command);
}

Session::Outcome Session::handle(const StoreFlags& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(selected_->announce(command.uid));
  return selected_->store(command);
}

Session::Outcome Session::handle(const Copy& command) {
  if (selected_ == nullptr) return none_selected;
  // The copies get the flags that the originals have now.
  TRY(selected_->announce(command.uid));
  auto copied = selected_->copy(command);
  if (copied || copied.error().code != base::Exit::no_input) return copied;
  // The mailbox or a message: only for the mailbox that is not there may the client be told to make it.
  const auto target = store_.status(command.mailbox);
  if (!target && target.error().code == base::Exit::no_input)
    return Answer{"NO", copied.error().what, "TRYCREATE"};
  return Answer{"NO", "some of these messages are gone", "EXPUNGEISSUED"};
}

Session::Outcome Session::handle(const UidExpunge& command) {
  return selected_ == nullptr ? none_selected : selected_->expunge(&command.set, false);
}

Session::Outcome Session::handle(const Bad& command) {
  return Answer{command.no ? "NO" : "BAD", command.what, command.code};
}

}  // namespace imap

// APPEND and REPLACE (RFC 3501 section 6.3.11, RFC 3502, RFC 8508).
#include <algorithm>

#include "imap/parse.hpp"
#include "imap/session.hpp"

namespace imap {

namespace {

constexpr std::size_t messages_limit = 1000;

base::Result<Incoming> take_message(Lexer& in) {
  Incoming out;
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
  const bool utf8 = in.take_text("UTF8 (");
  TRY_ASSIGN(out.message, in.literal());
  if (utf8) TRY(in.expect(')'));
  // With one, a client takes back what it has begun, and is to be told NO (RFC 3502).
  if (out.message.empty()) return base::fail(base::Exit::unavailable, "an empty message cannot be stored");
  return out;
}

std::uint64_t octets_of(const Append& command) {
  std::uint64_t out = 0;
  for (const auto& one : command.messages) out += one.message.size();
  return out;
}

}  // namespace

Parsed parse_append(Lexer& in) {
  Append out;
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  do {
    if (out.messages.size() >= messages_limit) return in.wrong("fewer messages");
    TRY_ASSIGN(auto message, take_message(in));
    out.messages.push_back(std::move(message));
  } while (!in.done());
  return finish(in, std::move(out));
}

Parsed parse_replace(Lexer& in, bool uid) {
  Replace out;
  out.uid = uid;
  TRY_ASSIGN(out.set, take_set(in));
  TRY_ASSIGN(out.append.mailbox, take_mailbox(in));
  TRY_ASSIGN(auto message, take_message(in));
  out.append.messages.push_back(std::move(message));
  return finish(in, std::move(out));
}

/// The answer's code says where the messages went.
Session::Outcome Session::append(const Append& command, std::optional<std::uint64_t> freed) {
  const auto octets = octets_of(command);
  if (octets > bounds_.message_size) return Answer{"NO", "larger than this server takes", "TOOBIG"};
  TRY_ASSIGN(const auto name, meant(command.mailbox));
  if (store_.takes_room(name)) {
    TRY_ASSIGN(const bool room, store_.has_room(octets - std::min(octets, freed.value_or(0)),
                                                command.messages.size() - (freed ? 1 : 0)));
    if (!room) return over_quota;
  }
  std::vector<NewMessage> messages;
  for (const auto& one : command.messages) messages.push_back({one.flags, one.date, one.message});
  const auto placed = store_.append(name, messages);
  if (!placed && placed.error().code == base::Exit::no_input)
    return Answer{"NO", placed.error().what, "TRYCREATE"};
  if (!placed) return refused(placed.error());
  return Answer{"OK", "APPEND done",
                "APPENDUID " + std::to_string(placed->validity) + " " + format_set(placed->uids)};
}

Session::Outcome Session::handle(const Append& command) {
  if (command.messages.size() > bounds_.messages)
    return Answer{"NO", "too many messages at once", "MESSAGELIMIT " + std::to_string(bounds_.messages)};
  auto done = append(command, std::nullopt);
  // Stored is stored: a NO would only have it appended again.
  if (done && done->word == "OK" && selected_ != nullptr) (void)selected_->announce(true);
  return done;
}

/// Octets that a message makes room for when it goes; one flagged deleted has done so before.
std::optional<std::uint64_t> Selected::freed_by(std::uint32_t uid) {
  const auto* message = find(uid);
  if (message == nullptr || (message->flags.system & deleted) != 0) return std::nullopt;
  const auto size = mailbox_->size(uid);
  return size ? std::optional(*size) : std::nullopt;
}

/// The new one is there before the old one goes; what then goes wrong is no reason to say that it is not.
Session::Outcome Session::handle(const Replace& command) {
  if (selected_ == nullptr) return none_selected;
  if (selected_->read_only()) return opened_for_reading;
  TRY(numbers_allowed(command.uid));
  TRY(selected_->announce(command.uid));
  TRY_ASSIGN(const auto uid, selected_->single(command.set, command.uid));
  const auto freed = store_.takes_room(name_) ? selected_->freed_by(uid) : std::nullopt;
  TRY_ASSIGN(auto done, append(command.append, freed));
  if (done.word != "OK") return done;
  out_.write("* OK [" + done.code + "] replacement\r\n");
  if (const auto dropped = selected_->drop(uid); !dropped)
    out_.report("message " + std::to_string(uid) + ", which was replaced, stays: " + dropped.error().what);
  (void)selected_->announce(true);
  return Answer{"OK", "REPLACE done"};
}

base::Result<std::uint32_t> Selected::single(const SequenceSet& set, bool uid) const {
  TRY_ASSIGN(const auto places, resolve(set, uid));
  if (places.size() != 1)
    return base::fail(uid ? base::Exit::no_input : base::Exit::usage,
                      "one message that is there is to be replaced");
  return view_[places.front()].uid;
}

base::Result<void> Selected::drop(std::uint32_t uid) {
  const auto marked = mailbox_->store({uid}, Change::add, {deleted, {}}, std::nullopt);
  TRY(check(marked ? base::Result<void>() : marked.error()));
  TRY(mailbox_->expunge({uid}));
  return {};
}

}  // namespace imap

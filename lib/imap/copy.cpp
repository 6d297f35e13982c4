// COPY and MOVE (RFC 3501 section 6.4.7, RFC 6851).
#include <algorithm>

#include "imap/parse.hpp"
#include "imap/session.hpp"

namespace imap {

Parsed parse_copy(Lexer& in, bool uid, bool move) {
  Copy out;
  out.uid = uid;
  out.move = move;
  TRY_ASSIGN(out.set, take_set(in));
  TRY_ASSIGN(out.mailbox, take_mailbox(in));
  return finish(in, std::move(out));
}

base::Result<Answer> Selected::copy(const Copy& command) {
  if (command.move && read_only_) return opened_for_reading;
  TRY_ASSIGN(auto places, resolve(command.set, command.uid));
  const auto lowest = limit(places);
  // A COPY is all or nothing (RFC 9738 section 3.1).
  if (lowest && !command.move) return limited({"NO", "too many messages at once"}, lowest);
  const auto uids = uids_of(places);
  const std::string name = command.move ? "MOVE" : "COPY";
  if (uids.empty()) return Answer{"OK", name + " done: no messages"};
  if (std::any_of(uids.begin(), uids.end(), [&](std::uint32_t uid) { return find(uid) == nullptr; }))
    return some_gone;
  const auto placed = mailbox_->copy(uids, command.mailbox);
  if (!placed) return placed.error();
  // Each must have its copy before a MOVE removes any.
  if (placed->uids.size() != uids.size()) return base::fail(base::Exit::no_input, "some messages are gone");
  const std::string code =
      "COPYUID " + std::to_string(placed->validity) + " " + format_set(uids) + " " + format_set(placed->uids);
  if (!command.move) return Answer{"OK", "COPY done", code};
  out_.write("* OK [" + code + "] moved\r\n");
  const auto marked = mailbox_->store(uids, Change::add, {deleted, {}}, std::nullopt);
  TRY(check(marked ? base::Result<void>() : marked.error()));
  TRY(mailbox_->expunge(uids));
  // What has moved has moved, even where nothing can be said of the mailbox for now.
  (void)announce(true);
  if (std::any_of(uids.begin(), uids.end(), [&](std::uint32_t uid) { return find(uid) != nullptr; }))
    return Answer{"NO", "copied, but some of these messages could not be removed", "UNAVAILABLE"};
  Answer done = {"OK", "MOVE done"};
  if (mode_.qresync) done.code = "HIGHESTMODSEQ " + std::to_string(told_);
  return limited(std::move(done), lowest);
}

/// Of what is to be copied, for the quota: copies of what is flagged deleted are so too, and count as
/// nothing.
base::Result<std::uint64_t> Selected::octets_of(const SequenceSet& set, bool uid, std::size_t& count) {
  TRY_ASSIGN(const auto places, resolve(set, uid));
  std::uint64_t out = 0;
  count = 0;
  for (const auto place : places) {
    const auto* message = find(view_[place].uid);
    if (message == nullptr || (message->flags.system & deleted) != 0) continue;
    const auto size = mailbox_->size(message->uid);
    out += size ? *size : 0;
    ++count;
  }
  return out;
}

Session::Outcome Session::handle(const Copy& given) {
  if (selected_ == nullptr) return none_selected;
  TRY(numbers_allowed(given.uid));
  Copy command = given;
  TRY_ASSIGN(command.mailbox, meant(given.mailbox));
  // The copies get the flags that the originals have now.
  TRY(selected_->announce(command.uid));
  // What moves takes no more room than before, if it took any.
  const bool takes_more = store_.takes_room(command.mailbox) && !(command.move && store_.takes_room(name_));
  if (takes_more && store_.has_quota()) {
    std::size_t count = 0;
    TRY_ASSIGN(const auto octets, selected_->octets_of(command.set, command.uid, count));
    TRY_ASSIGN(const bool room, store_.has_room(octets, count));
    if (!room) return over_quota;
  }
  auto copied = selected_->copy(command);
  if (!copied && copied.error().code == base::Exit::data) return refused(copied.error());
  if (copied || copied.error().code != base::Exit::no_input) return copied;
  // The mailbox or a message: only for the mailbox that is not there may the client be told to make it.
  const auto target = store_.status(command.mailbox, false);
  if (!target && target.error().code == base::Exit::no_input)
    return Answer{"NO", copied.error().what, "TRYCREATE"};
  return some_gone;
}

}  // namespace imap

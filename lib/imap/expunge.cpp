// EXPUNGE, UID EXPUNGE and CLOSE (RFC 3501 sections 6.4.2 and 6.4.3, RFC 4315).
#include "imap/session.hpp"

namespace imap {

base::Result<Answer> Selected::expunge(const SequenceSet* uids, bool silent) {
  if (read_only_) return opened_for_reading;
  TRY(check(mailbox_->refresh()));
  Places places;
  // Where the client has seen no message, a set means none: `5:*` is not what has arrived meanwhile.
  if (uids != nullptr) {
    TRY_ASSIGN(places, resolve(*uids, true));
  }
  std::vector<std::uint32_t> wanted;
  for (const auto uid : uids == nullptr ? mailbox_->outline().uids : uids_of(places)) {
    const auto* message = find(uid);
    if (message != nullptr && (message->flags.system & deleted) != 0) wanted.push_back(uid);
  }
  std::optional<std::uint32_t> lowest;
  if (uids != nullptr && wanted.size() > bounds_.messages) {
    wanted.erase(wanted.begin(), wanted.end() - bounds_.messages);
    lowest = wanted.front();
  }
  // Whoever removes nothing waits for nobody.
  TRY_ASSIGN(const auto removed,
             wanted.empty() ? base::Result<std::vector<std::uint32_t>>(wanted) : mailbox_->expunge(wanted));
  if (!silent) TRY(announce(true));
  Answer done = {"OK", "EXPUNGE done"};
  if (mode_.qresync && !removed.empty() && !silent) done.code = "HIGHESTMODSEQ " + std::to_string(told_);
  return limited(std::move(done), lowest);
}

Session::Outcome Session::handle(const UidExpunge& command) {
  return selected_ == nullptr ? none_selected : selected_->expunge(&command.set, false);
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

}  // namespace imap

#include "imap/selected.hpp"

#include <algorithm>
#include <utility>

#include "imap/flags.hpp"
#include "imap/search.hpp"

namespace imap {

namespace {

constexpr std::string_view system_flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

const Answer opened_for_reading = {"NO", "the mailbox was opened for reading", "READ-ONLY"};

std::string line(std::size_t number, std::string_view word) {
  return "* " + std::to_string(number) + " " + std::string(word) + "\r\n";
}

}  // namespace

base::Result<std::unique_ptr<Selected>> Selected::open(std::unique_ptr<Mailbox> mailbox, bool read_only,
                                                       Output& out) {
  std::unique_ptr<Selected> self(new Selected(std::move(mailbox), read_only, out));
  TRY(self->mailbox_->refresh());
  self->validity_ = self->mailbox_->validity();
  self->greet();
  return self;
}

base::Result<void> Selected::check(const base::Result<void>& done) {
  if (mailbox_->validity() != validity_) {
    lost_ = true;
    return base::fail(base::Exit::temporary, "the mailbox was rebuilt, its UIDs count anew");
  }
  return done;
}

void Selected::greet() {
  const auto& messages = mailbox_->messages();
  tell_keywords();
  std::size_t first_unseen = 0;
  for (const auto& message : messages) {
    view_.push_back({message.uid, message.modseq});
    recent_ += message.recent ? 1 : 0;
    if (first_unseen == 0 && (message.flags.system & seen) == 0) first_unseen = view_.size();
  }
  told_ = view_.size();
  out_.write(line(told_, "EXISTS") + line(recent_, "RECENT"));
  if (first_unseen != 0) out_.write("* OK [UNSEEN " + std::to_string(first_unseen) + "] first unseen\r\n");
  out_.write("* OK [UIDVALIDITY " + std::to_string(mailbox_->validity()) + "] UIDs valid\r\n");
  out_.write("* OK [UIDNEXT " + std::to_string(mailbox_->uid_next()) + "] next UID\r\n");
}

/// FLAGS again whenever a keyword turns up that the client has not heard of.
void Selected::tell_keywords() {
  const auto before = keywords_.size();
  for (const auto& message : mailbox_->messages())
    keywords_.insert(message.flags.keywords.begin(), message.flags.keywords.end());
  if (keywords_.size() == before && std::exchange(flags_told_, true)) return;
  flags_told_ = true;
  std::string all(system_flags);
  for (const auto& keyword : keywords_) all += " " + keyword;
  out_.write("* FLAGS (" + all + ")\r\n");
  out_.write("* OK [PERMANENTFLAGS (" + (read_only_ ? std::string() : all + " \\*") + ")] flags kept\r\n");
}

Answer Selected::some_unread(const base::Error& error) {
  return {"NO", "some messages could not be read: " + error.what, "UNAVAILABLE"};
}

const Message* Selected::find(std::uint32_t uid) const {
  const auto& messages = mailbox_->messages();
  const auto found =
      std::lower_bound(messages.begin(), messages.end(), uid,
                       [](const Message& message, std::uint32_t wanted) { return message.uid < wanted; });
  return found == messages.end() || found->uid != uid ? nullptr : &*found;
}

void Selected::tell_flags(std::size_t place, const Message& message) {
  view_[place].modseq = message.modseq;
  out_.write("* " + std::to_string(place + 1) + " FETCH (UID " + std::to_string(message.uid) + " FLAGS (" +
             format_flags(message.flags, message.recent) + "))\r\n");
}

base::Result<void> Selected::announce(bool expunges) {
  TRY(check(mailbox_->refresh()));
  const auto& messages = mailbox_->messages();
  if (expunges) {
    std::size_t kept = 0;
    for (const auto& one : view_) {
      if (find(one.uid) == nullptr) {
        out_.write(line(kept + 1, "EXPUNGE"));
      } else {
        view_[kept++] = one;
      }
    }
    view_.resize(kept);
    told_ = std::min(told_, kept);
  }
  const std::uint32_t last = view_.empty() ? 0 : view_.back().uid;
  const auto known = view_.size();
  for (const auto& message : messages) {
    if (message.uid > last) view_.push_back({message.uid, message.modseq});
  }
  const auto recent = static_cast<std::size_t>(
      std::count_if(messages.begin(), messages.end(), [](const Message& message) { return message.recent; }));
  if (view_.size() > known) out_.write(line(view_.size(), "EXISTS"));
  if (recent != recent_ || view_.size() > known) out_.write(line(recent, "RECENT"));
  recent_ = recent;
  told_ = view_.size();
  tell_keywords();
  for (std::size_t place = 0; place < known; ++place) {
    const auto* message = find(view_[place].uid);
    if (message != nullptr && message->modseq != view_[place].modseq) tell_flags(place, *message);
  }
  return {};
}

base::Result<std::vector<std::size_t>> Selected::resolve(const SequenceSet& set, bool uid) const {
  std::vector<std::size_t> out;
  if (uid) {
    if (view_.empty()) return out;
    for (const auto& [first, last] : set.ranges(view_.back().uid)) {
      auto at =
          std::lower_bound(view_.begin(), view_.end(), first,
                           [](const Seen& seen_one, std::uint32_t wanted) { return seen_one.uid < wanted; });
      for (; at != view_.end() && at->uid <= last; ++at)
        out.push_back(static_cast<std::size_t>(at - view_.begin()));
    }
    return out;
  }
  for (const auto& [first, last] : set.ranges(static_cast<std::uint32_t>(view_.size()))) {
    // `*` where there is no message is no message.
    if (first == 0 && view_.empty()) continue;
    if (first == 0 || last > view_.size())
      return base::fail(base::Exit::usage, "no message has such a number");
    for (std::size_t number = first; number <= last; ++number) out.push_back(number - 1);
  }
  return out;
}

std::vector<std::uint32_t> Selected::uids_of(const std::vector<std::size_t>& places) const {
  std::vector<std::uint32_t> out;
  for (const auto place : places) out.push_back(view_[place].uid);
  return out;
}

base::Result<Answer> Selected::store(const StoreFlags& command) {
  if (read_only_) return opened_for_reading;
  TRY_ASSIGN(const auto places, resolve(command.set, command.uid));
  // What the client will believe if it is told nothing.
  std::vector<Flags> believed;
  for (const auto place : places) {
    const auto* message = find(view_[place].uid);
    believed.push_back(message == nullptr ? Flags() : apply(message->flags, command.change, command.flags));
  }
  TRY(check(mailbox_->store(uids_of(places), command.change, command.flags)));
  tell_keywords();
  bool gone = false;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto* message = find(view_[places[i]].uid);
    gone = gone || message == nullptr;
    if (message == nullptr) continue;
    // Another session's change may have come with ours.
    if (command.silent && message->flags == believed[i]) {
      view_[places[i]].modseq = message->modseq;
    } else {
      tell_flags(places[i], *message);
    }
  }
  if (gone) return Answer{"NO", "some of these messages are gone", "EXPUNGEISSUED"};
  return Answer{"OK", "STORE done"};
}

base::Result<Answer> Selected::search(const Search& command) {
  std::string found = "* SEARCH";
  base::Result<void> read;
  const auto largest = static_cast<std::uint32_t>(view_.size());
  for (std::size_t place = 0; place < view_.size(); ++place) {
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto number = static_cast<std::uint32_t>(place + 1);
    const auto hit = matches(command.key, {*message, number, largest, view_.back().uid, *mailbox_});
    // One that went away meanwhile is no hit.
    if (!hit && hit.error().code != base::Exit::no_input) read = hit.error();
    if (hit && *hit) found += " " + std::to_string(command.uid ? message->uid : number);
  }
  out_.write(found + "\r\n");
  return read ? Answer{"OK", "SEARCH done"} : some_unread(read.error());
}

base::Result<Answer> Selected::copy(const Copy& command) {
  if (command.move && read_only_) return opened_for_reading;
  TRY_ASSIGN(const auto places, resolve(command.set, command.uid));
  const auto uids = uids_of(places);
  const std::string name = command.move ? "MOVE" : "COPY";
  if (uids.empty()) return Answer{"OK", name + " done: no messages"};
  if (std::any_of(uids.begin(), uids.end(), [&](std::uint32_t uid) { return find(uid) == nullptr; })) {
    return Answer{"NO", "some of these messages are gone", "EXPUNGEISSUED"};
  }
  const auto placed = mailbox_->copy(uids, command.mailbox);
  if (!placed) return placed.error();
  // Each must have its copy before a MOVE removes any.
  if (placed->uids.size() != uids.size()) return base::fail(base::Exit::no_input, "some messages are gone");
  const std::string code =
      "COPYUID " + std::to_string(placed->validity) + " " + format_set(uids) + " " + format_set(placed->uids);
  if (!command.move) return Answer{"OK", "COPY done", code};
  out_.write("* OK [" + code + "] moved\r\n");
  TRY(check(mailbox_->store(uids, Change::add, {deleted, {}})));
  TRY(mailbox_->expunge(uids));
  TRY(announce(true));
  return Answer{"OK", "MOVE done"};
}

base::Result<Answer> Selected::expunge(const SequenceSet* uids, bool silent) {
  if (read_only_) return opened_for_reading;
  TRY(check(mailbox_->refresh()));
  std::vector<std::uint32_t> wanted;
  const std::uint32_t largest = view_.empty() ? 0 : view_.back().uid;
  for (const auto& message : mailbox_->messages()) {
    const bool asked = uids == nullptr || (!view_.empty() && uids->contains(message.uid, largest));
    if (asked && (message.flags.system & deleted) != 0) wanted.push_back(message.uid);
  }
  TRY(mailbox_->expunge(wanted));
  if (!silent) TRY(announce(true));
  return Answer{"OK", "EXPUNGE done"};
}

}  // namespace imap

#include "imap/selected.hpp"

#include <algorithm>

namespace imap {

namespace {

constexpr std::string_view system_flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

std::string line(std::size_t number, std::string_view word) {
  return "* " + std::to_string(number) + " " + std::string(word) + "\r\n";
}

}  // namespace

base::Result<std::unique_ptr<Selected>> Selected::open(std::unique_ptr<Mailbox> mailbox, bool read_only,
                                                       const Context& context) {
  std::unique_ptr<Selected> self(new Selected(std::move(mailbox), read_only, context));
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
  out_.write(line(told_, "EXISTS"));
  // Neither is there in IMAP4rev2, and a number of the second has no place among UIDs.
  if (!mode_.rev2) out_.write(line(recent_, "RECENT"));
  if (first_unseen != 0 && !mode_.rev2 && !mode_.uid_only)
    out_.write("* OK [UNSEEN " + std::to_string(first_unseen) + "] first unseen\r\n");
  out_.write("* OK [UIDVALIDITY " + std::to_string(mailbox_->validity()) + "] UIDs valid\r\n");
  out_.write("* OK [UIDNEXT " + std::to_string(mailbox_->uid_next()) + "] next UID\r\n");
  out_.write("* OK [HIGHESTMODSEQ " + std::to_string(mailbox_->highest_modseq()) + "] highest\r\n");
  out_.write("* OK [MAILBOXID (" + mailbox_->id() + ")] for ever\r\n");
}

/// FLAGS again whenever a keyword turns up that the client has not heard of.
void Selected::tell_keywords() {
  const auto before = keywords_.size();
  for (const auto& message : mailbox_->messages())
    keywords_.insert(message.flags.keywords.begin(), message.flags.keywords.end());
  if (keywords_.size() == before && keywords_told_) return;
  keywords_told_ = true;
  std::string all(system_flags);
  for (const auto& keyword : keywords_) all += " " + keyword;
  out_.write("* FLAGS (" + all + ")\r\n");
  out_.write("* OK [PERMANENTFLAGS (" + (read_only_ ? std::string() : all + " \\*") + ")] flags kept\r\n");
}

Answer Selected::some_unread(const base::Error& error) {
  const std::string_view code = error.code == base::Exit::data ? "CORRUPTION" : "UNAVAILABLE";
  return {"NO", "some messages could not be read: " + error.what, std::string(code)};
}

const Message* Selected::find(std::uint32_t uid) const {
  const auto& messages = mailbox_->messages();
  const auto found =
      std::lower_bound(messages.begin(), messages.end(), uid,
                       [](const Message& message, std::uint32_t wanted) { return message.uid < wanted; });
  return found == messages.end() || found->uid != uid ? nullptr : &*found;
}

/// The place of that UID or of the next one that is there.
std::size_t Selected::first_at(std::uint32_t uid) const {
  const auto at = std::lower_bound(view_.begin(), view_.end(), uid,
                                   [](const Seen& one, std::uint32_t wanted) { return one.uid < wanted; });
  return static_cast<std::size_t>(at - view_.begin());
}

std::string Selected::flags_text(const Message& message) const {
  return "FLAGS (" + format_flags(message.flags, message.recent && !mode_.rev2) + ")";
}

void Selected::begin_fetch(std::size_t place) {
  out_.write(mode_.uid_only ? "* " + std::to_string(view_[place].uid) + " UIDFETCH ("
                            : "* " + std::to_string(place + 1) + " FETCH (");
}

/// Its UID first, as whoever has QRESYNC on expects of all that comes unasked.
void Selected::tell_flags(std::size_t place, const Message& message) {
  view_[place].modseq = message.modseq;
  begin_fetch(place);
  if (!mode_.uid_only) out_.write("UID " + std::to_string(message.uid) + " ");
  out_.write(flags_text(message));
  if (mode_.condstore) out_.write(" MODSEQ (" + std::to_string(message.modseq) + ")");
  out_.write(")\r\n");
}

/// To each the number that it has when those before it are gone, or all in one line of UIDs.
void Selected::tell_gone(const std::vector<std::pair<std::size_t, std::uint32_t>>& gone) {
  if (gone.empty()) return;
  if (!mode_.qresync && !mode_.uid_only) {
    for (const auto& [number, uid] : gone) out_.write(line(number, "EXPUNGE"));
    return;
  }
  std::vector<std::uint32_t> uids;
  for (const auto& [number, uid] : gone) uids.push_back(uid);
  out_.write("* VANISHED " + format_set(std::move(uids)) + "\r\n");
}

base::Result<void> Selected::announce(bool expunges) {
  TRY(check(mailbox_->refresh()));
  const auto& messages = mailbox_->messages();
  if (expunges) {
    std::size_t kept = 0;
    std::vector<std::pair<std::size_t, std::uint32_t>> gone;
    for (const auto& one : view_) {
      if (find(one.uid) == nullptr)
        gone.emplace_back(kept + 1, one.uid);
      else
        view_[kept++] = one;
    }
    tell_gone(gone);
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
  if ((recent != recent_ || view_.size() > known) && !mode_.rev2) out_.write(line(recent, "RECENT"));
  recent_ = recent;
  told_ = view_.size();
  tell_keywords();
  for (std::size_t place = 0; place < known; ++place) {
    const auto* message = find(view_[place].uid);
    if (message != nullptr && message->modseq != view_[place].modseq) tell_flags(place, *message);
  }
  return {};
}

base::Result<Selected::Places> Selected::resolve(const SequenceSet& set, bool uid) const {
  Places out;
  if (set.is_saved()) {
    for (const auto one : saved_) {
      const auto place = first_at(one);
      if (place < view_.size() && view_[place].uid == one) out.push_back(place);
    }
    return out;
  }
  // `1:*` is how clients ask for all there is, also where there is nothing.
  if (view_.empty() && (uid || set.has_largest())) return out;
  if (uid) {
    for (const auto& [first, last] : set.ranges(view_.back().uid)) {
      for (auto at = first_at(first); at < view_.size() && view_[at].uid <= last; ++at) out.push_back(at);
    }
    return out;
  }
  for (const auto& [first, last] : set.ranges(static_cast<std::uint32_t>(view_.size()))) {
    if (first == 0 || last > view_.size())
      return base::fail(base::Exit::usage, "no message has such a number");
    for (std::size_t number = first; number <= last; ++number) out.push_back(number - 1);
  }
  return out;
}

std::optional<std::uint32_t> Selected::limit(Places& places) const {
  if (places.size() <= bounds_.messages) return std::nullopt;
  places.erase(places.begin(), places.end() - bounds_.messages);
  return view_[places.front()].uid;
}

/// A tagged answer has one code: where it has another one already, this comes before it.
Answer Selected::limited(Answer answer, std::optional<std::uint32_t> lowest) {
  if (!lowest) return answer;
  const auto code = "MESSAGELIMIT " + std::to_string(bounds_.messages) + " " + std::to_string(*lowest);
  if (answer.code.empty())
    answer.code = code;
  else
    out_.write("* NO [" + code + "] not all messages\r\n");
  return answer;
}

std::vector<std::uint32_t> Selected::uids_of(const Places& places) const {
  std::vector<std::uint32_t> out;
  for (const auto place : places) out.push_back(view_[place].uid);
  return out;
}

/// What the client has been shown to be there is not gone yet, whatever another session has done.
Ranges Selected::gone_in(const Ranges& ranges, std::uint64_t modseq) const {
  Ranges out;
  const auto gone = mailbox_->vanished_since(modseq);
  auto asked = ranges.begin();
  for (auto at = gone.begin(); at != gone.end() && asked != ranges.end();) {
    auto first = std::max(at->first, asked->first);
    const auto last = std::min(at->second, asked->second);
    for (auto place = first_at(first); first <= last && place < view_.size() && view_[place].uid <= last;
         ++place) {
      if (view_[place].uid > first) out.emplace_back(first, view_[place].uid - 1);
      first = view_[place].uid + 1;
    }
    if (first <= last) out.emplace_back(first, last);
    if (at->second < asked->second)
      ++at;
    else
      ++asked;
  }
  return out;
}

}  // namespace imap

#include "imap/selected.hpp"

#include <algorithm>
#include <utility>

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
  version_ = mailbox_->version();
  modseq_ = told_ = mailbox_->highest_modseq();
  const auto now = mailbox_->outline();
  tell_keywords();
  for (const auto uid : now.uids) view_.push_back({uid});
  recent_ = now.recent;
  out_.write(line(view_.size(), "EXISTS"));
  // Neither is there in IMAP4rev2, and a number of the second has no place among UIDs.
  if (!mode_.rev2) out_.write(line(recent_, "RECENT"));
  if (now.first_unseen < view_.size() && !mode_.rev2 && !mode_.uid_only)
    out_.write("* OK [UNSEEN " + std::to_string(now.first_unseen + 1) + "] first unseen\r\n");
  out_.write("* OK [UIDVALIDITY " + std::to_string(mailbox_->validity()) + "] UIDs valid\r\n");
  out_.write("* OK [UIDNEXT " + std::to_string(mailbox_->uid_next()) + "] next UID\r\n");
  out_.write("* OK [HIGHESTMODSEQ " + std::to_string(told_) + "] highest\r\n");
  out_.write("* OK [MAILBOXID (" + mailbox_->id() + ")] for ever\r\n");
}

/// FLAGS again whenever a keyword turns up that the client has not heard of.
void Selected::tell_keywords() {
  const auto before = keywords_.size();
  for (auto& keyword : mailbox_->keywords()) keywords_.insert(std::move(keyword));
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
  return mailbox_->find(uid);
}

/// The place of that UID or of the next one that is there.
std::size_t Selected::first_at(std::uint32_t uid) const {
  return view_.first_at(uid);
}

std::string Selected::flags_text(const Message& message) const {
  return "FLAGS (" + format_flags(message.flags, message.recent && !mode_.rev2) + ")";
}

void Selected::begin_fetch(std::size_t place) {
  out_.write(mode_.uid_only ? "* " + std::to_string(view_[place].uid) + " UIDFETCH ("
                            : "* " + std::to_string(place + 1) + " FETCH (");
}

std::string Selected::modseq_text(const Message& message) {
  highest_told_ = std::max(highest_told_, message.modseq);
  return "MODSEQ (" + std::to_string(message.modseq) + ")";
}

/// Its UID first, as whoever has QRESYNC on expects of all that comes unasked.
void Selected::tell_flags(std::size_t place, const Message& message) {
  told_since_.emplace_back(message.uid, message.modseq);
  begin_fetch(place);
  if (!mode_.uid_only) out_.write("UID " + std::to_string(message.uid) + " ");
  out_.write(flags_text(message));
  if (mode_.condstore) out_.write(" " + modseq_text(message));
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

/// Takes out of the view what is not there, each with the number that it has by then.
std::vector<std::pair<std::size_t, std::uint32_t>> Selected::take_gone(
    const std::vector<std::uint32_t>& there) {
  std::vector<std::pair<std::size_t, std::uint32_t>> gone;
  View kept;
  auto at = there.begin();
  for (std::size_t place = 0; place < view_.size(); ++place) {
    const auto one = view_[place];
    while (at != there.end() && *at < one.uid) ++at;
    if (at == there.end() || *at != one.uid)
      gone.emplace_back(kept.size() + 1, one.uid);
    else
      kept.push_back(one);
  }
  view_ = std::move(kept);
  return gone;
}

/// Of flags, unless a command has told them already.
void Selected::tell_changes(std::size_t known) {
  std::sort(told_since_.begin(), told_since_.end());
  const auto told = std::exchange(told_since_, {});
  for (const auto uid : mailbox_->changed_since(modseq_)) {
    const auto place = first_at(uid);
    if (place >= known) break;
    const auto* message = view_[place].uid == uid ? find(uid) : nullptr;
    if (message == nullptr) continue;
    if (!std::binary_search(told.begin(), told.end(), std::pair(uid, message->modseq)))
      tell_flags(place, *message);
  }
  told_since_.clear();
  modseq_ = mailbox_->highest_modseq();
}

base::Result<void> Selected::announce(bool expunges) {
  TRY(check(mailbox_->refresh()));
  tell_news(expunges);
  return {};
}

void Selected::tell_news(bool expunges) {
  const auto version = mailbox_->version();
  if (version == version_ && !(expunges && holds_gone_)) return;
  version_ = version;
  const auto now = mailbox_->outline();
  if (expunges) tell_gone(take_gone(now.uids));
  const auto known = view_.size();
  const std::uint32_t last = view_.empty() ? 0 : view_.back().uid;
  for (auto at = std::upper_bound(now.uids.begin(), now.uids.end(), last); at != now.uids.end(); ++at)
    view_.push_back({*at});
  holds_gone_ = view_.size() > now.uids.size();
  if (view_.size() > known) out_.write(line(view_.size(), "EXISTS"));
  if ((now.recent != recent_ || view_.size() > known) && !mode_.rev2) out_.write(line(now.recent, "RECENT"));
  recent_ = now.recent;
  tell_keywords();
  tell_changes(known);
  if (!holds_gone_) told_ = modseq_;
}

void Selected::tell_told() {
  const bool holds_back = holds_gone_ && highest_told_ > told_;
  if (mode_.qresync && (holds_back || (held_back_ && !holds_gone_)))
    out_.write("* OK [HIGHESTMODSEQ " + std::to_string(told_) + "] all is told up to here\r\n");
  held_back_ = holds_gone_ && (held_back_ || holds_back);
  highest_told_ = 0;
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

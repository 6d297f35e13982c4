// STORE (RFC 3501 section 6.4.6, RFC 7162 section 3.1.3).
#include <algorithm>

#include "base/ascii.hpp"
#include "imap/parse.hpp"
#include "imap/session.hpp"

namespace imap {

Parsed parse_store(Lexer& in, bool uid) {
  StoreFlags out;
  out.uid = uid;
  TRY_ASSIGN(out.set, take_set(in));
  TRY(in.space());
  if (in.take_text("(UNCHANGEDSINCE ")) {
    TRY_ASSIGN(out.unchanged_since, in.large_number());
    TRY(in.expect(')'));
    TRY(in.space());
  }
  if (in.take('+')) out.change = Change::add;
  if (out.change == Change::replace && in.take('-')) out.change = Change::remove;
  const auto item = in.name();
  out.silent = base::iequals(item, "FLAGS.SILENT");
  if (!out.silent && !base::iequals(item, "FLAGS")) return in.wrong("FLAGS or FLAGS.SILENT");
  TRY(in.space());
  std::vector<std::string> names;
  if (in.peek() == '(') {
    TRY_ASSIGN(names, in.flag_list());
  } else {
    do {
      TRY_ASSIGN(names.emplace_back(), in.flag());
    } while (in.take(' '));
  }
  TRY_ASSIGN(out.flags, parse_flags(names));
  return finish(in, std::move(out));
}

void Selected::tell_modseq(std::size_t place, const Message& message) {
  begin_fetch(place);
  if (!mode_.uid_only) out_.write("UID " + std::to_string(message.uid) + " ");
  out_.write(modseq_text(message) + ")\r\n");
}

/// .SILENT is about the client's own change only (section 6.4.6), and not about its mod-sequence.
void Selected::tell_stored(std::size_t place, const Message& message, bool silent) {
  if (!silent) return tell_flags(place, message);
  told_since_.emplace_back(message.uid, message.modseq);
  if (mode_.condstore) tell_modseq(place, message);
}

bool Selected::takes(const Flags& flags) const {
  const auto added =
      std::count_if(flags.keywords.begin(), flags.keywords.end(),
                    [this](const std::string& keyword) { return !keywords_.contains(keyword); });
  return added == 0 || keywords_.size() + static_cast<std::size_t>(added) <= keywords_of_mailbox;
}

base::Result<Answer> Selected::store(const StoreFlags& command) {
  if (read_only_) return opened_for_reading;
  if (command.change != Change::remove && !takes(command.flags))
    return Answer{"NO", "a mailbox has at most 1000 keywords", "LIMIT"};
  TRY_ASSIGN(auto places, resolve(command.set, command.uid));
  const auto lowest = limit(places);
  // What the client expects of each: the store may find changes of others under its lock.
  std::vector<Flags> expected;
  for (const auto place : places) {
    const auto* message = command.silent ? find(view_[place].uid) : nullptr;
    expected.push_back(message == nullptr ? Flags() : apply(message->flags, command.change, command.flags));
  }
  const auto stored =
      mailbox_->store(uids_of(places), command.change, command.flags, command.unchanged_since);
  TRY(check(stored ? base::Result<void>() : stored.error()));
  tell_keywords();
  bool gone = false;
  std::vector<std::uint32_t> modified;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto place = places[i];
    const auto* message = find(view_[place].uid);
    const bool changed = std::binary_search(stored->begin(), stored->end(), view_[place].uid);
    if (changed) modified.push_back(name_of(place, command.uid));
    gone = gone || message == nullptr;
    if (message != nullptr)
      tell_stored(place, *message, command.silent && !changed && message->flags == expected[i]);
  }
  // What others have changed before this one has the lower mod-sequence, and must not come later.
  tell_news(command.uid);
  if (!modified.empty())
    return limited({"OK", "not those that have changed", "MODIFIED " + format_set(std::move(modified))},
                   lowest);
  if (gone) return limited(some_gone, lowest);
  return limited({"OK", "STORE done"}, lowest);
}

Session::Outcome Session::handle(const StoreFlags& command) {
  if (selected_ == nullptr) return none_selected;
  TRY(numbers_allowed(command.uid));
  if (command.unchanged_since) use_condstore();
  TRY(selected_->announce(command.uid));
  return selected_->store(command);
}

}  // namespace imap

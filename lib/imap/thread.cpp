// THREAD (RFC 5256): parsed beside SEARCH, whose keys it shares.
#include "imap/gist.hpp"
#include "imap/selected.hpp"
#include "imap/threading.hpp"

namespace imap {

namespace {

Threaded read(const Gist& gist) {
  Threaded out;
  out.id = gist.id();
  for (const auto id : gist.references()) out.references.emplace_back(id);
  out.subject = gist.base_subject();
  out.reply = gist.is_reply();
  return out;
}

}  // namespace

std::string Selected::threaded(const Search& command, const Places& found, Progress& progress) {
  std::vector<Threaded> messages;
  messages.reserve(found.size());
  std::string room;
  progress.begin(found.size());
  for (const auto place : found) {
    progress.step();
    const auto* message = find(view_[place].uid);
    if (message == nullptr) continue;
    const auto text = gist_of(*mailbox_, message->uid, room);
    const Gist gist(text ? *text : std::string_view());
    auto one = read(gist);
    const auto sent = gist.date();
    one.date = sent ? *sent : static_cast<std::int64_t>(mailbox_->date(*message));
    one.number = name_of(place, command.uid);
    messages.push_back(std::move(one));
  }
  return command.by_references ? thread_by_references(std::move(messages))
                               : thread_by_subject(std::move(messages));
}

}  // namespace imap

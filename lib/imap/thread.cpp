// THREAD (RFC 5256): parsed beside SEARCH, whose keys it shares.
#include "imap/gist.hpp"
#include "imap/selected.hpp"
#include "imap/threading.hpp"

namespace imap {

base::Result<std::string> Selected::threaded(const Search& command, const Places& found, Progress& progress) {
  using By = Threading::By;
  Threading threads(command.by_references ? By::references : By::subject);
  bool room = true;
  each_found(found, true, progress, [&](std::size_t place, const Message& message, const Gist& gist) {
    Threaded one;
    const auto sent = gist.date();
    one.date = sent ? *sent : static_cast<std::int64_t>(mailbox_->date(message));
    one.number = name_of(place, command.uid);
    one.reply = gist.is_reply();
    one.subject = gist.base_subject();
    if (command.by_references) {
      one.id = gist.id();
      one.references = gist.references();
    }
    room = room && threads.add(one);
  });
  if (!room) return base::fail(base::Exit::unavailable, "these messages name too many others");
  return threads.format();
}

}  // namespace imap

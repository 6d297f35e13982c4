#include "serve/spool_search.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "base/ascii.hpp"
#include "proc/log.hpp"
#include "spool/id.hpp"
#include "spool/pattern.hpp"
#include "spool/reading.hpp"
#include "spool/walk.hpp"

namespace serve {

namespace {

/// It has just been made: nobody has been told that it is a message.
bool is_empty(const spool::Queue& queue, const spool::Entry& entry) {
  struct stat info = {};
  return lstat(queue.path(entry).c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0;
}

}  // namespace

/// Opens the file where that is needed. One that has gone meanwhile does not fit.
base::Result<void> SpoolSearch::look(SpoolRow& row, Outcome& outcome, bool& fits) const {
  const spool::Queue queue(spool);
  auto message = spool::open_unchecked(queue, row.entry);
  // It may have got its first octets since.
  if (!message && !is_empty(queue, row.entry)) message = spool::open_unchecked(queue, row.entry);
  if (!message) {
    fits = !selection.needs_envelope() && message.error().code != base::Exit::no_input;
    if (message.error().code == base::Exit::no_input || is_empty(queue, row.entry)) return {};
    ++outcome.unread;
    if (!outcome.trouble) outcome.trouble = message.error();
    return {};
  }
  fits = selection.fits_envelope(message->envelope);
  if (fits && details) {
    TRY_ASSIGN(const auto text, spool::read_notes(*message));
    row.notes = spool::parse_notes(text);
  }
  row.envelope = std::make_shared<const spool::Envelope>(std::move(message->envelope));
  return {};
}

base::Result<SpoolSearch::Outcome> SpoolSearch::each(
    const std::function<base::Result<void>(const SpoolRow&)>& visit) const {
  Outcome outcome;
  for (const auto& id : selection.ids) {
    if (spool::is_literal(id)) outcome.unknown.push_back(base::lower(id));
  }
  std::optional<base::Error> stopped;
  const auto one = [&](const spool::Entry& entry, std::uint64_t inode) -> base::Result<void> {
    if (!outcome.unknown.empty()) std::erase(outcome.unknown, entry.id);
    if (!selection.fits_name(entry, now)) return {};
    SpoolRow row{entry,
                 in_hand.contains(inode) ? "active" : spool::word(spool::state_of(entry, now)),
                 spool::arrival(entry.id) / 1'000'000,
                 {},
                 {}};
    bool fits = true;
    if (details || selection.needs_envelope()) TRY(look(row, outcome, fits));
    if (!fits) return {};
    auto visited = visit(row);
    if (!visited) stopped = visited.error();
    return visited;
  };
  const auto walked = spool::walk(spool, selection.folders(), one);
  if (stopped) return *stopped;
  if (!walked) outcome.trouble = walked.error();
  return outcome;
}

base::Result<std::optional<spool::Entry>> find_message(const std::string& spool, std::string_view id) {
  std::optional<spool::Entry> out;
  if (!spool::is_id(id)) return out;
  TRY(spool::walk(spool, spool::bucket(id), [&](const spool::Entry& entry, std::uint64_t) {
    if (entry.id == id) out = entry;
    return base::Result<void>();
  }));
  return out;
}

int report_search(const SpoolSearch::Outcome& outcome) {
  for (const auto& id : outcome.unknown)
    proc::complain("spool: no message " + base::printable(id, 40) + " in the spool\n");
  if (outcome.unread > 0) proc::complain("spool: " + std::to_string(outcome.unread) + " could not be read\n");
  if (outcome.trouble) proc::complain("spool: " + base::printable(outcome.trouble->what) + "\n");
  if (outcome.trouble) return static_cast<int>(outcome.trouble->code);
  return outcome.unknown.empty() ? 0 : static_cast<int>(base::Exit::no_input);
}

}  // namespace serve

#include "serve/spool_show.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "fs/output.hpp"
#include "fs/stream.hpp"
#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/spool_search.hpp"
#include "serve/spool_text.hpp"
#include "spool/id.hpp"
#include "spool/reading.hpp"

namespace serve {

namespace {

/// Octets for a file, or lines for a terminal.
class Screen {
 public:
  Screen(fs::Output& out, bool terminal) : out_(out), terminal_(terminal) {}

  base::Result<void> put(std::string_view chunk) {
    if (!terminal_) return out_.write(chunk);
    // A character that is cut in two by the end of a chunk would not be known for one.
    held_ += chunk;
    const auto end = held_.rfind('\n');
    if (end == std::string::npos && held_.size() < most) return {};
    return show(end == std::string::npos ? held_.size() : end + 1);
  }

  base::Result<void> end() { return show(held_.size()); }

 private:
  static constexpr std::size_t most = 256 * 1024;

  base::Result<void> show(std::size_t length) {
    std::string visible;
    base::put_visible(std::string_view(held_).substr(0, length), visible);
    held_.erase(0, length);
    return out_.write(visible);
  }

  fs::Output& out_;
  bool terminal_;
  std::string held_;
};

std::string head_text(const SpoolRow& row, const std::optional<base::Error>& damage, std::uint64_t now) {
  const auto& envelope = *row.envelope;
  std::string out = "id: " + row.entry.id + "\nstate: " + std::string(row.state);
  if (row.entry.due != spool::held_due)
    out += row.entry.due > now ? ", next try " + iso_time(row.entry.due)
                               : ", due since " + iso_time(row.entry.due);
  out += "\narrived: " + iso_time(row.arrived) + "\nfrom: <" + base::printable(envelope.sender) + ">\n";
  if (!envelope.parameters.empty()) out += "with: " + base::printable(envelope.parameters) + "\n";
  for (const auto& recipient : envelope.recipients) {
    out += "to: " + std::string(spool::word(recipient)) + " <" + base::printable(recipient.address) + ">" +
           (recipient.parameters.empty() ? "" : " " + base::printable(recipient.parameters)) + "\n";
    for (const auto& note : row.notes) {
      if (note.address == base::printable(recipient.address))
        out += "  " + iso_time(note.time) + " " + base::printable(note.event + " " + note.text) + "\n";
    }
  }
  out += "size: " + (envelope.length ? std::to_string(*envelope.length) : std::string("?")) + "\n";
  if (damage) out += "damaged: " + base::printable(damage->what) + "\n";
  return out + "\n";
}

/// How much of a piece still belongs to the header.
class HeaderEnd {
 public:
  std::size_t find(std::string_view chunk) {
    for (std::size_t at = 0; at < chunk.size(); ++at) {
      if (chunk[at] == '\n' && last_ == '\n') {
        found_ = true;
        return at;
      }
      last_ = chunk[at];
    }
    return chunk.size();
  }

  bool found() const { return found_; }

 private:
  char last_ = '\n';
  bool found_ = false;
};

/// As far as the header goes, or all of it; of a damaged message what there is.
base::Result<void> put_message(const spool::Message& message, bool header_alone, fs::Output& out,
                               bool terminal) {
  constexpr std::uint64_t step = 64 * 1024;
  const int file = message.file.get();
  if (lseek(file, static_cast<off_t>(message.envelope.body_offset), SEEK_SET) < 0)
    return base::system_error(message.envelope.id);
  Screen screen(out, terminal);
  HeaderEnd header;
  std::string chunk;
  for (auto left = message.envelope.length.value_or(UINT64_MAX); left > 0 && !header.found();) {
    TRY(fs::read_some(file, chunk, static_cast<std::size_t>(std::min(step, left)), message.envelope.id));
    if (chunk.empty()) break;
    left -= chunk.size();
    TRY(screen.put(std::string_view(chunk).substr(0, header_alone ? header.find(chunk) : chunk.size())));
  }
  return screen.end();
}

base::Result<SpoolRow> read_row(const spool::Entry& entry, const spool::Message& message) {
  TRY_ASSIGN(const auto notes, spool::read_notes(message));
  return SpoolRow{entry, spool::word(spool::state_of(entry, now_seconds())),
                  spool::arrival(entry.id) / 1'000'000,
                  std::make_shared<const spool::Envelope>(message.envelope), spool::parse_notes(notes)};
}

}  // namespace

base::Result<int> show_message(const SpoolOrder& order, Shown what, bool terminal) {
  const auto id = base::lower(order.selection.ids.at(0));
  const auto missing =
      base::fail(base::Exit::no_input, "no message " + base::printable(id, 40) + " in the spool");
  TRY_ASSIGN(const auto entry, find_message(order.spool, id));
  if (!entry) return missing;
  const spool::Queue queue(order.spool);
  const auto message = spool::open_unchecked(queue, *entry);
  if (!message && message.error().code == base::Exit::no_input) return missing;
  if (!message) return message.error();
  TRY_ASSIGN(const auto row, read_row(*entry, *message));
  const auto damage = spool::damage_of(*message);
  fs::Output out(1);
  if (what == Shown::json) TRY(out.write(json_row(row, true, true)));
  if (what == Shown::all) TRY(out.write(head_text(row, damage, now_seconds())));
  if (what != Shown::json) TRY(put_message(*message, what == Shown::header, out, terminal));
  TRY(out.flush());
  if (!damage) return 0;
  proc::complain("spool: " + base::printable(damage->what) + "\n");
  return static_cast<int>(base::Exit::data);
}

}  // namespace serve

#include "serve/parts_done.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/ascii.hpp"
#include "fs/fd.hpp"
#include "serve/clock.hpp"

namespace serve {

namespace {

constexpr std::size_t piece = 256 * 1024;  // octets of notes
constexpr std::size_t at_once = 40;        // parts in one line, which has 1000 octets at most

/// What stands between the time and the parts; no reason of another host can look like it, as before that
/// stands what has become of the recipient.
std::string mark_of(std::string_view recipient) {
  return " " + base::printable(recipient) + " part ";
}

}  // namespace

std::vector<std::string> parse_parts(std::string_view notes, std::string_view recipient) {
  std::vector<std::string> out;
  const auto mark = mark_of(recipient);
  while (!notes.empty()) {
    auto line = notes.substr(0, notes.find('\n'));
    notes.remove_prefix(std::min(line.size() + 1, notes.size()));
    line.remove_prefix(std::min(line.find_first_not_of("0123456789"), line.size()));
    if (!line.starts_with(mark)) continue;
    for (auto& part : base::words(line.substr(mark.size()))) out.push_back(std::move(part));
  }
  return out;
}

std::vector<std::string> parts_done(const spool::Message& message, std::string_view recipient) {
  std::vector<std::string> out;
  std::string notes;
  for (auto at = message.envelope.body_offset + message.envelope.length.value_or(0);;) {
    const auto more = fs::read_up_to(message.file.get(), static_cast<off_t>(at), piece);
    if (!more || more->empty()) return out;
    at += more->size();
    notes += *more;
    const auto whole = notes.rfind('\n') + 1;
    for (auto& part : parse_parts(std::string_view(notes).substr(0, whole), recipient))
      out.push_back(std::move(part));
    // No line of ours is as long as a piece.
    notes.erase(0, notes.size() - whole > piece ? notes.size() : whole);
  }
}

base::Result<std::string> all_notes(const spool::Message& message) {
  std::string out;
  const auto& envelope = message.envelope;
  const auto length = envelope.length.value_or(0);
  for (auto at = envelope.body_offset + length + spool::end_mark(length, envelope.checksum).size();;) {
    TRY_ASSIGN(const auto more, fs::read_up_to(message.file.get(), static_cast<off_t>(at), piece));
    if (more.empty()) break;
    at += more.size();
    out += more;
  }
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return out;
}

base::Result<void> reserve_notes(const spool::Message& message) {
  constexpr off_t room = 8192;  // octets: every part that one file of instructions may have
  struct stat info = {};
  if (fstat(message.file.get(), &info) != 0) return base::system_error(message.envelope.id);
  int failed = 0;
  do {
    failed = fallocate(message.file.get(), FALLOC_FL_KEEP_SIZE, info.st_size, room);
  } while (failed != 0 && errno == EINTR);
  if (failed != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EIO))
    return base::system_error("room for notes of " + message.envelope.id);
  return {};
}

base::Result<void> note_parts(const spool::Message& message, std::string_view recipient,
                              const std::vector<std::string>& parts) {
  for (std::size_t at = 0; at < parts.size(); at += at_once) {
    std::string line = std::to_string(now_seconds()) + mark_of(recipient);
    for (std::size_t i = at; i < std::min(at + at_once, parts.size()); ++i)
      line += (i == at ? "" : " ") + parts[i];
    TRY(spool::Queue::note(message, line));
  }
  return {};
}

}  // namespace serve

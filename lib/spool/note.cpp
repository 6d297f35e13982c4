#include "spool/note.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/lines.hpp"

namespace spool {

namespace {

/// Where the word ends that begins the text: a blank within quotes is no end.
std::size_t end_of_word(std::string_view text) {
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\\' && quoted) ++at;
    if (at < text.size() && text[at] == ' ' && !quoted) return at;
  }
  return text.size();
}

std::string_view take_word(std::string_view& text) {
  const auto end = end_of_word(text);
  const auto out = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return out;
}

}  // namespace

std::optional<Note> parse_note(std::string_view line) {
  Note out;
  const auto time = base::parse_number(take_word(line));
  out.address = take_word(line);
  out.event = take_word(line);
  out.text = line;
  if (!time || out.address.empty() || out.event.empty()) return std::nullopt;
  out.time = *time;
  return out;
}

std::vector<Note> parse_notes(std::string_view text) {
  std::vector<Note> out;
  while (!text.empty()) {
    if (auto note = parse_note(base::take_line(text))) out.push_back(std::move(*note));
  }
  return out;
}

const Note* last_note(const std::vector<Note>& notes, std::string_view address) {
  const auto wanted = base::printable(address);
  const auto found = std::find_if(notes.rbegin(), notes.rend(), [&](const Note& one) {
    return one.address == wanted && (one.event == "deferred" || one.event == "failed");
  });
  return found == notes.rend() ? nullptr : &*found;
}

}  // namespace spool

#include "smtp/dot.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/line_ends.hpp"
#include "base/utf8.hpp"

namespace smtp {

namespace {

constexpr std::string_view wsp = " \t";
constexpr std::size_t most_blanks = 499;  // that a line which is folded begins with

/// Where the line, which is longer, is folded. Before a blank at which something stands already: an empty
/// line would end the header.
std::size_t place_to_fold(std::string_view line, std::size_t limit) {
  const auto blank = line.find_last_of(wsp, limit);
  if (blank != line.npos && line.substr(0, blank).find_first_not_of(wsp) != line.npos) return blank;
  return base::cut_utf8(line, limit).size();
}

}  // namespace

void DotReader::take_text(char c, std::string& out) {
  if (c == '\r') {
    state_ = State::cr;
    return;
  }
  if (c == '\n') {
    bare_ = true;
    column_ = 0;
  } else if (++column_ > line_limit_) {
    too_long_ = true;
  }
  out += c;
  state_ = State::text;
}

void DotReader::take(char c, std::string& out) {
  switch (state_) {
    case State::line_start:
      if (c == '.') {
        state_ = State::dot;
      } else {
        take_text(c, out);
      }
      return;
    case State::dot:
      // A stuffed dot is dropped; what follows is the line (section 4.5.2).
      if (c == '\r') {
        state_ = State::dot_cr;
      } else {
        take_text(c, out);
      }
      return;
    case State::dot_cr:
      if (c == '\n') {
        state_ = State::end;
        return;
      }
      [[fallthrough]];
    case State::cr:
      if (c == '\n') {
        out += '\n';
        column_ = 0;
        state_ = State::line_start;
        return;
      }
      bare_ = true;
      out += '\r';
      take_text(c, out);
      return;
    case State::text:
      take_text(c, out);
      return;
    case State::end:
      return;
  }
}

std::size_t DotReader::update(std::string_view chunk, std::string& out) {
  std::size_t used = 0;
  while (used < chunk.size() && state_ != State::end) {
    if (state_ == State::text) {
      // Most of a message is text without line ends: copied whole.
      const auto rest = chunk.substr(used);
      const auto run = base::find_line_end(rest);
      out += rest.substr(0, run);
      column_ += run;
      too_long_ = too_long_ || column_ > line_limit_;
      used += run;
      if (used == chunk.size()) break;
    }
    take(chunk[used++], out);
  }
  return used;
}

void DotWriter::put(std::string& out, std::string_view text) const {
  if (dots_ == Dots::stuffed && !blank_put_ && text.starts_with('.')) out += '.';
  out += text;
}

void DotWriter::fold(std::string& out, std::string_view& line) {
  while (line.size() + (blank_put_ ? 1 : 0) > line_limit) {
    const auto limit = line_limit - (blank_put_ ? 1 : 0);
    // They must leave room for text: a line of blanks alone ends the header for many.
    const auto blanks = std::min(line.substr(0, limit + 1).find_first_not_of(wsp), limit + 1);
    if (blanks > most_blanks) {
      line.remove_prefix(blanks - most_blanks);
      continue;
    }
    const auto end = place_to_fold(line, limit);
    put(out, line.substr(0, end));
    folded_ = true;
    blank_put_ = !base::is_wsp(line[end]);
    out += blank_put_ ? "\r\n " : "\r\n";
    line.remove_prefix(end);
  }
}

/// The rest of a line. Blanks that a fold has left alone are none: its line end is there already.
void DotWriter::end_line(std::string& out, std::string_view rest) {
  if (!folded_ || rest.find_first_not_of(wsp) != rest.npos) {
    put(out, rest);
    out += "\r\n";
  }
  folded_ = blank_put_ = false;
}

std::string DotWriter::update(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + chunk.size() / 16 + 2);
  while (!chunk.empty()) {
    const auto end = std::min(chunk.find('\n'), chunk.size());
    auto line = chunk.substr(0, end);
    if (!held_.empty()) line = held_.append(line);
    fold(out, line);
    if (end == chunk.size()) {
      held_ = std::string(line);
      return out;
    }
    end_line(out, line);
    held_.clear();
    chunk.remove_prefix(end + 1);
  }
  return out;
}

std::string DotWriter::finish() {
  std::string out;
  if (!held_.empty()) end_line(out, held_);
  held_.clear();
  return out + (dots_ == Dots::stuffed ? ".\r\n" : "");
}

}  // namespace smtp

#include "smtp/dot.hpp"

#include "base/line_ends.hpp"

namespace smtp {

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

std::string DotWriter::update(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + chunk.size() / 16 + 2);
  while (!chunk.empty()) {
    if (chunk.front() == '\n') {
      out += "\r\n";
      column_ = 0;
      chunk.remove_prefix(1);
      continue;
    }
    // In a header this is a fold, in a text a blank at the start of a line.
    if (column_ == line_limit) {
      out += "\r\n ";
      column_ = 1;
    }
    if (chunk.front() == '.' && column_ == 0 && dots_ == Dots::stuffed) out += '.';
    auto run = chunk.substr(0, line_limit - column_);
    run = run.substr(0, run.find('\n'));
    out += run;
    column_ += run.size();
    chunk.remove_prefix(run.size());
  }
  return out;
}

std::string DotWriter::finish() const {
  return std::string(column_ == 0 ? "" : "\r\n") + (dots_ == Dots::stuffed ? ".\r\n" : "");
}

}  // namespace smtp

#include "pop3/multiline.hpp"

namespace pop3 {

void Multiline::update(std::string_view chunk, std::string& out) {
  while (!chunk.empty() && !satisfied()) {
    if (cr_ && chunk.front() != '\n') put("\r", out);
    cr_ = false;
    const auto end = chunk.find('\n');
    auto line = chunk.substr(0, end);
    const bool cr = line.ends_with('\r');
    if (cr) line.remove_suffix(1);
    put(line, out);
    if (end == chunk.npos) {
      cr_ = cr;
      return;
    }
    end_line(out);
    chunk.remove_prefix(end + 1);
  }
}

void Multiline::finish(std::string& out) {
  // A CR at the very end is half a line end: completed, not sent twice.
  if (!line_start_ || cr_) out += "\r\n";
  cr_ = false;
  line_start_ = true;
  out += ".\r\n";
}

void Multiline::put(std::string_view piece, std::string& out) {
  if (piece.empty()) return;
  if (line_start_ && piece.front() == '.') out += '.';
  line_start_ = false;
  out += piece;
}

void Multiline::end_line(std::string& out) {
  if (in_body_ && left_) --*left_;
  if (line_start_) in_body_ = true;  // the first empty line ends the header
  line_start_ = true;
  out += "\r\n";
}

}  // namespace pop3

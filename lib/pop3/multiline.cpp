#include "pop3/multiline.hpp"

namespace pop3 {

void Multiline::update(std::string_view chunk, std::string& out) {
  for (const char c : chunk) {
    if (satisfied()) return;
    if (c == '\n') {
      end_line(out);
      continue;
    }
    if (cr_) put('\r', out);
    cr_ = c == '\r';
    if (!cr_) put(c, out);
  }
}

void Multiline::finish(std::string& out) {
  // A CR at the very end is half a line end: completed, not sent twice.
  if (!line_start_ || cr_) out += "\r\n";
  cr_ = false;
  line_start_ = true;
  out += ".\r\n";
}

void Multiline::put(char c, std::string& out) {
  if (line_start_ && c == '.') out += '.';
  line_start_ = false;
  out += c;
}

void Multiline::end_line(std::string& out) {
  if (in_body_ && left_) --*left_;
  if (line_start_) in_body_ = true;  // the first empty line ends the header
  cr_ = false;
  line_start_ = true;
  out += "\r\n";
}

}  // namespace pop3

#include "maildir/mbox_text.hpp"

#include <algorithm>
#include <ctime>

#include "base/ascii.hpp"

namespace maildir {

namespace {

constexpr std::string_view word = "From ";

}  // namespace

std::string from_line(std::string_view sender, std::uint64_t seconds) {
  std::string out = "From ";
  for (const char c : sender) out += c == ' ' || base::is_control(c) ? '-' : c;
  if (sender.empty()) out += "MAILER-DAEMON";
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts = {};
  char date[40] = "";
  if (gmtime_r(&time, &parts) != nullptr)
    (void)std::strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &parts);
  return out + " " + date + "\n";
}

void MboxText::start_of_line(char c, std::string& out) {
  if (c == '>' && matched_ == 0) {
    out += c;
    return;
  }
  if (c == word[matched_] && ++matched_ < word.size()) return;
  // One '>' is like another: the one that is added may stand behind the others.
  if (matched_ == word.size()) {
    (out += '>') += word;
  } else {
    (out += word.substr(0, matched_)) += c;
  }
  matched_ = 0;
  at_start_ = c == '\n';
}

std::string MboxText::update(std::string_view piece) {
  std::string out;
  out.reserve(piece.size() + 64);
  if (!piece.empty()) ended_ = piece.back() == '\n';
  while (!piece.empty()) {
    if (at_start_) {
      start_of_line(piece.front(), out);
      piece.remove_prefix(1);
      continue;
    }
    const auto end = piece.find('\n');
    const auto line = piece.substr(0, end == std::string_view::npos ? end : end + 1);
    out += line;
    at_start_ = end != std::string_view::npos;
    piece.remove_prefix(line.size());
  }
  return out;
}

std::string MboxText::finish() {
  std::string out(word.substr(0, matched_));
  if (!ended_) out += '\n';
  *this = MboxText();
  return out + "\n";
}

}  // namespace maildir

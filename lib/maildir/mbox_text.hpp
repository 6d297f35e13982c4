// A message as an mbox file holds it, by the rules of mboxrd: a From_ line, a '>' more before every line of
// any number of '>' and "From ", and an empty line behind. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace maildir {

/// `From SENDER DATE` with its line end: the date in UTC as asctime(3) writes it. No sender is MAILER-DAEMON;
/// blanks and control characters become '-'.
std::string from_line(std::string_view sender, std::uint64_t seconds);

/// The message piece by piece, with LF line ends.
class MboxText {
 public:
  std::string update(std::string_view piece);

  /// What is missing of the last line, and the empty line.
  std::string finish();

 private:
  void start_of_line(char c, std::string& out);

  bool at_start_ = true;     // nothing but '>' and `matched_` letters of "From " has come since the line end
  std::size_t matched_ = 0;  // which are held back
  bool ended_ = true;        // with a line end
};

}  // namespace maildir

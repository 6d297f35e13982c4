// The message between DATA and CRLF.CRLF (RFC 5321 section 4.5.2). Nothing else ends it: a bare CR or LF is
// what message smuggling is made of, so it condemns the message but never ends it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smtp {

class DotReader {
 public:
  /// `line_limit` octets a line without its end (998, RFC 5322 section 2.1.1, or more).
  explicit DotReader(std::size_t line_limit) : line_limit_(line_limit) {}

  /// Reads `chunk`, appends what it holds of the message to `out`, dots unstuffed and CRLF turned to LF.
  /// Returns the bytes used: fewer than given only when the end was reached. Works at every split of the
  /// input.
  std::size_t update(std::string_view chunk, std::string& out);

  bool done() const { return state_ == State::end; }
  bool bare_line_end() const { return bare_; }      // refuse with 550 5.6.0
  bool line_too_long() const { return too_long_; }  // refuse with 550 5.6.0

 private:
  enum class State { line_start, dot, dot_cr, text, cr, end };

  void take(char c, std::string& out);
  void take_text(char c, std::string& out);

  std::size_t line_limit_;
  std::size_t column_ = 0;
  State state_ = State::line_start;
  bool bare_ = false;
  bool too_long_ = false;
};

/// The other way: a stored message with LF line ends as it goes over the wire. A line longer than 998 octets,
/// which the other side need not take (RFC 5321 section 4.5.3.1.6), is folded: it goes on in the next one
/// with its last blank before that, as fields are (RFC 5322 section 2.2.3); one without a blank is cut
/// between two characters and goes on behind a blank that is put in. No line is left that has blanks only
/// (section 3.2.2): those behind the last text, or too many before it to have room in one line, go.
class DotWriter {
 public:
  /// plain: behind BDAT no dot is doubled, and none ends the message (RFC 3030).
  enum class Dots { stuffed, plain };
  explicit DotWriter(Dots dots = Dots::stuffed) : dots_(dots) {}

  /// Octets of a line without its end.
  static constexpr std::size_t line_limit = 998;

  /// Less than a line is kept for the next call.
  std::string update(std::string_view chunk);

  /// The rest, the line end that is missing, and the final dot.
  std::string finish();

 private:
  void put(std::string& out, std::string_view text) const;
  void fold(std::string& out, std::string_view& line);
  void end_line(std::string& out, std::string_view rest);

  Dots dots_;
  std::string held_;        // the begin of a line whose end has not come
  bool blank_put_ = false;  // before what is held
  bool folded_ = false;     // what is held goes on with a line
};

}  // namespace smtp

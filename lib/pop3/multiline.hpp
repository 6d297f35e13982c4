// A stored message (LF or CRLF line ends) as it goes over the wire: CRLF, dot-stuffed, ended by CRLF.CRLF
// (RFC 1939 section 3), for TOP only the header and the first lines of the body (section 7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pop3 {

class Multiline {
 public:
  /// `top_lines`: lines of the body; nothing means all of it.
  explicit Multiline(std::optional<std::uint32_t> top_lines = std::nullopt) : left_(top_lines) {}

  /// Appends to `out`. Works at every split of the input. A CR that no LF follows is passed on as it is.
  void update(std::string_view chunk, std::string& out);

  /// The line end that is missing, and the final dot.
  void finish(std::string& out);

  /// No more input is wanted: the lines asked for have been sent, so finish() may follow.
  bool satisfied() const { return in_body_ && left_ && *left_ == 0; }

 private:
  void put(std::string_view piece, std::string& out);
  void end_line(std::string& out);

  std::optional<std::uint32_t> left_;
  bool line_start_ = true;
  bool cr_ = false;  // held back until it is known whether an LF follows
  bool in_body_ = false;
};

}  // namespace pop3

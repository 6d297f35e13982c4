// The octets behind BDAT (RFC 3030 section 2) as lines of text: CRLF becomes LF. What a bare CR or LF is,
// other programs see in different ways, so it condemns the message as it does behind DATA.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace smtp {

class ChunkReader {
 public:
  /// `line_limit` octets a line without its end.
  explicit ChunkReader(std::size_t line_limit) : line_limit_(line_limit) {}

  /// Appends to `out`. Works at every split of the input, also between chunks.
  void update(std::string_view octets, std::string& out);
  /// Behind the last chunk: a last line without its end gets one.
  void finish(std::string& out);

  bool bare_line_end() const { return bare_; }
  bool line_too_long() const { return too_long_; }

 private:
  std::size_t line_limit_;
  std::size_t column_ = 0;
  bool carriage_return_ = false;
  bool bare_ = false;
  bool too_long_ = false;
};

}  // namespace smtp

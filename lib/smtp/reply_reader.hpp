// Replies of a server that may be anything (RFC 5321 section 4.2.1), line by line. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace smtp {

struct ServerReply {
  int code = 0;                    // 200 to 599
  std::string enhanced;            // "5.1.1" (RFC 2034), taken off the text; empty: none was given
  std::vector<std::string> lines;  // the texts, without code and enhanced code

  /// One line for people: "550 5.1.1 no such user".
  std::string text() const;
};

class ReplyReader {
 public:
  enum class State { more, complete, wrong };

  /// The next line, without its end. `wrong`: this is no SMTP reply, or one without end (more than 200
  /// lines).
  State line(std::string_view text);

  /// The reply that is complete; the reader is ready for the next.
  ServerReply take();

 private:
  ServerReply reply_;
};

/// Octets of a reply line that are read; RFC 5321 section 4.5.3.1.5 allows 512.
constexpr std::size_t reply_line_limit = 2048;

}  // namespace smtp

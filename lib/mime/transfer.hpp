// What a content needs to get through any relay (RFC 2045 section 6, RFC 5321 section 4.5.3.1.6). Two passes,
// nothing kept: survey, then encode. The way back is in body_decoder.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "codec/base64.hpp"
#include "codec/quoted_printable.hpp"

namespace mime {

/// As it stands, and the two ways around what relays do not carry. eight_bit is for attached messages alone,
/// which may not be encoded (RFC 2046 section 5.2.1).
enum class Encoding { seven_bit, eight_bit, quoted_printable, base64 };

/// body is text to read and message an attached message: LF and CRLF are line ends, and LF is sent. file
/// comes back byte for byte.
enum class Role { body, file, message };

/// The first pass over a content: everything the choice of an encoding depends on.
class Survey {
 public:
  /// Lines in which `boundary` could be taken for one are noted.
  explicit Survey(std::string boundary) : boundary_(std::move(boundary)) {}

  void update(std::string_view chunk);
  void finish();

  Encoding choose(Role role) const;
  bool ascii() const { return high_ == 0; }
  bool utf8() const { return utf8_; }
  /// Text of some charset: no octets that only binary data has.
  bool text() const { return controls_ == 0; }
  /// Not all lines end in the same way, or a CR is no part of a line end: which text may not have (RFC 2046
  /// section 4.1.1), and what readers who write it with their own line ends would lose.
  bool mixed_line_ends() const { return bare_carriage_return_ || (carriage_returns_ && bare_line_feed_); }

 private:
  void count(std::string_view piece);
  std::uint64_t count_octets(std::string_view octets);
  void check_utf8(std::string_view chunk);
  void end_line();

  std::string boundary_;
  std::string start_;  // of a line that is telling_, as far as a boundary could reach
  std::string held_;   // a UTF-8 character that is not complete
  std::uint64_t size_ = 0;
  std::uint64_t high_ = 0;      // octets above 127
  std::uint64_t escaped_ = 0;   // octets that quoted-printable triples
  std::uint64_t controls_ = 0;  // NUL and others that text does not have
  std::uint64_t line_ = 0;      // length so far
  std::uint64_t longest_ = 0;
  bool utf8_ = true;
  bool carriage_returns_ = false;
  bool bare_carriage_return_ = false;
  bool bare_line_feed_ = false;
  bool after_carriage_return_ = false;
  bool telling_ = false;   // the line begins as those do that have a meaning
  bool delicate_ = false;  // lines that relays or mailboxes change
  bool boundary_seen_ = false;
};

/// CRLF becomes LF; for text that goes to a file or a screen here.
class LineEnds {
 public:
  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);

 private:
  bool carriage_return_ = false;
};

/// The second pass: content to what is sent.
class BodyEncoder {
 public:
  BodyEncoder(Encoding encoding, Role role);
  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);

 private:
  Encoding encoding_;
  bool lines_;
  LineEnds line_ends_;
  codec::Base64Encoder base64_;
  codec::QpEncoder quoted_printable_;
};

}  // namespace mime

// Quoted-printable (RFC 2045 section 6.7): streaming both ways, memory independent of the length. Output is
// appended to the string the caller gives; clear it between chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/scan_kernels.hpp"

namespace codec {

/// Lines of at most 76 characters without their end, soft breaks where the text has none. Blanks at the end
/// of a line, a line of one dot and the start of "From " are written as =XX, since relays change them (RFC
/// 2049 section 3).
class QpEncoder {
 public:
  /// text: LF and CRLF are line ends and become `line_end`. binary: they are data like all else.
  enum class Mode { text, binary };
  explicit QpEncoder(Mode mode = Mode::text, std::string_view line_end = "\n",
                     const ScanKernels& kernels = scan_kernels().front())
      : kernels_(kernels), mode_(mode), line_end_(line_end) {}

  void update(std::string_view chunk, std::string& out);
  /// Adds no line end that the text did not have.
  void finish(std::string& out);

 private:
  std::size_t most(std::size_t octets) const;
  void take(char c, char*& out);
  std::size_t take_fast(std::string_view text, char*& out);
  void put_literals(std::string_view text, bool line_ends, char*& out);
  void put_octet(char c, bool line_ends, char*& out);
  void put_soft_break(char*& out);
  void put_held(bool line_ends, char*& out);
  void end_line(char*& out);

  const ScanKernels& kernels_;
  Mode mode_;
  std::string_view line_end_;
  std::size_t column_ = 0;        // characters of the line that are written
  std::optional<char> held_;      // how it is written depends on what follows
  bool carriage_return_ = false;  // text mode: the last octet was CR
};

/// Forgiving: an '=' that starts nothing stays as it is; up to 1000 blanks at the end of a line go; long
/// lines, raw 8-bit and hex digits in lower case are taken. Line ends stay as they are written, LF or CRLF.
class QpDecoder {
 public:
  void update(std::string_view chunk, std::string& out);
  void finish(std::string& out);

  /// Offset in the whole input of the first '=' that starts neither an octet nor a soft break.
  std::optional<std::uint64_t> bad() const { return bad_; }

 private:
  std::size_t take_lines(std::string_view text, bool last, std::string& out);
  void take_run(std::string_view text, std::uint64_t offset, std::string& out);

  std::uint64_t offset_ = 0;  // of held_, else of what comes next
  std::string held_;          // the end of the input so far that cannot be judged yet
  bool long_run_ = false;     // the blanks that come next belong to a run that is too long to be kept back
  std::optional<std::uint64_t> bad_;
};

std::string qp_encode(std::string_view text, QpEncoder::Mode mode = QpEncoder::Mode::text);
std::string qp_decode(std::string_view text);

}  // namespace codec

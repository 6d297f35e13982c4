// Quoted-printable (RFC 2045 section 6.7): the streaming encoder, and whole texts both ways; memory
// independent of the length. Output is appended to the string the caller gives, or handed out and valid until
// the next call.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "codec/qp_decoder.hpp"
#include "codec/scan_kernels.hpp"

namespace codec {

/// Lines of at most `columns` characters (4 or more; 0: as many as come) without their end, soft breaks where
/// the text has none. Blanks at the end of a line, a line of one dot and the start of "From " are written as
/// =XX, since relays change them (RFC 2049 section 3).
class QpEncoder {
 public:
  /// text: LF and CRLF are line ends and become `line_end`. binary: they are data like all else.
  enum class Mode { text, binary };
  explicit QpEncoder(Mode mode = Mode::text, std::string_view line_end = "\n", std::size_t columns = 76,
                     const ScanKernels& kernels = scan_kernels().front());

  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  /// Adds no line end that the text did not have.
  void finish(std::string& out);
  std::string_view finish();

 private:
  char* encode(std::string_view chunk, char* out);
  char* encode_last(char* out);
  std::size_t most(std::size_t octets) const;
  void take(char c, char*& out);
  std::size_t take_fast(std::string_view text, char*& out);
  void put_literals(std::string_view text, bool line_ends, char*& out);
  std::size_t put_octets(std::string_view text, std::size_t at, char*& out);
  void put_octet(char c, bool line_ends, char*& out);
  void put_soft_break(char*& out);
  void put_held(bool line_ends, char*& out);
  void end_line(char*& out);

  const ScanKernels* kernels_;
  Mode mode_;
  std::string_view line_end_;
  std::size_t columns_;
  std::size_t column_ = 0;        // characters of the line that are written
  std::optional<char> held_;      // how it is written depends on what follows
  bool carriage_return_ = false;  // text mode: the last octet was CR
  std::string room_;
};

std::string qp_encode(std::string_view text, QpEncoder::Mode mode = QpEncoder::Mode::text);
std::string qp_decode(std::string_view text);

}  // namespace codec

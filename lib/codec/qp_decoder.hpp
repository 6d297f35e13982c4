// The decoder of quoted-printable (RFC 2045 section 6.7): streaming, memory independent of the length. Output
// is appended to the string the caller gives, or handed out and valid until the next call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/qp_checker.hpp"
#include "codec/scan_kernels.hpp"

namespace codec {

/// What a decoder makes of text that is not what section 6.7 writes.
enum class QpReading {
  strict,     // nothing is decoded from the first octet on that is against it
  plain,      // an '=' that starts nothing stays as it is
  forgiving,  // it is left out
};

/// Blanks at the end of a line (up to 1000) go; unless strict, long lines, raw 8-bit and hex digits in lower
/// case are taken. Line ends stay as they are written, LF or CRLF.
class QpDecoder {
 public:
  explicit QpDecoder(QpReading reading = QpReading::plain,
                     const ScanKernels& kernels = scan_kernels().front())
      : kernels_(&kernels), reading_(reading), checker_(kernels) {}

  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  void finish(std::string& out);
  std::string_view finish();

  /// Offset in the whole input of the first '=' that starts neither an octet nor a soft break; of the first
  /// octet that is against the rules when strict.
  std::optional<std::uint64_t> bad() const { return bad_; }
  bool stopped() const { return bad_ && reading_ == QpReading::strict; }

 private:
  char* decode(std::string_view chunk, char* out);
  char* decode_last(char* out);
  std::size_t take(std::string_view text, bool last, char*& out);
  std::size_t take_equals(std::string_view text, std::uint64_t offset, bool last, char*& out);

  const ScanKernels* kernels_;
  QpReading reading_;
  QpChecker checker_;
  std::uint64_t offset_ = 0;  // of held_, else of what comes next
  std::string held_;          // the end of the input so far that cannot be judged yet
  bool long_run_ = false;     // the blanks that come next belong to a run that is too long to be kept back
  std::optional<std::uint64_t> bad_;
  std::string room_;
};

}  // namespace codec

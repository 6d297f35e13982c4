// Whether a text is quoted-printable to the letter: RFC 2045 section 6.7, rules 1 to 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "codec/scan_kernels.hpp"

namespace codec {

/// Line ends may be LF or CRLF. Push the text in any pieces.
class QpChecker {
 public:
  explicit QpChecker(const ScanKernels& kernels = scan_kernels().front()) : kernels_(&kernels) {}

  /// Offset in the whole text of the first octet that may not be there, as soon as it is known: an '=' that
  /// starts neither two hex digits in upper case nor a line end, a control or 8-bit octet, a CR without LF,
  /// the 77th character of a line, a blank at the end of one. Call no more after it.
  std::optional<std::uint64_t> update(std::string_view chunk);
  std::optional<std::uint64_t> finish();

 private:
  enum class Seen { other, blank, equals, equals_and_digit, carriage_return, equals_and_return };

  bool take(char c);
  bool take_literals(std::string_view text);
  bool fail(std::uint64_t back) {
    bad_ = offset_ - back;
    return false;
  }

  const ScanKernels* kernels_;
  Seen seen_ = Seen::other;
  std::size_t column_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t bad_ = 0;
};

}  // namespace codec

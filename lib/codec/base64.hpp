// Base64 (RFC 4648 section 4, RFC 2045 section 6.8): streaming both ways, memory independent of the length.
// Output is appended to the string the caller gives, or handed out and valid until the next call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "codec/base64_kernels.hpp"

namespace codec {

class Base64Encoder {
 public:
  /// Lines of `columns` characters (0: one line without an end), each ended with `line_end`, which must
  /// outlive this.
  explicit Base64Encoder(std::size_t columns = 76, std::string_view line_end = "\n",
                         const Base64Kernels& kernels = base64_kernels().front())
      : kernels_(&kernels), columns_(columns), line_end_(line_end) {}

  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  /// Padding and the last line end. Nothing for an empty input.
  void finish(std::string& out);
  std::string_view finish();

 private:
  std::size_t most(std::size_t octets) const;
  char* encode(std::string_view chunk, char* out);
  char* encode_last(char* out);
  void wrap(std::string_view encoded, char*& out);
  std::size_t take_lines(std::string_view chunk, char*& out) const;

  const Base64Kernels* kernels_;
  std::size_t columns_;
  std::string_view line_end_;
  std::size_t column_ = 0;
  std::string held_;  // 0 to 2 octets that do not fill a group
  std::string room_;
};

/// What a decoder makes of octets that are not what section 4 writes.
enum class Base64Reading {
  strict,     // only CR and LF may stand between; full padding, unused bits zero, nothing behind the padding
  plain,      // blanks as well; padding may be missing; a new text may follow padding
  forgiving,  // everything else is skipped, and noted (RFC 2045 section 6.8)
  body,       // the same, and padding ends the text: digits behind it are skipped, and noted
};

class Base64Decoder {
 public:
  explicit Base64Decoder(Base64Reading reading = Base64Reading::plain,
                         const Base64Kernels& kernels = base64_kernels().front())
      : kernels_(&kernels), reading_(reading) {}

  /// Unless forgiving, nothing is decoded from the first bad octet on.
  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  void finish(std::string& out);
  std::string_view finish();

  /// Offset in the whole input of the first octet that was wrong; the input's length when its end was.
  std::optional<std::uint64_t> bad() const { return bad_; }
  bool stopped() const { return bad_ && !skips(); }

 private:
  bool skips() const { return reading_ == Base64Reading::forgiving || reading_ == Base64Reading::body; }
  char* decode(std::string_view chunk, char* out);
  char* decode_last(char* out);
  std::size_t take_fast(std::string_view text, char*& out);
  void take(char c, std::uint64_t offset, char*& out);
  void take_padding(std::uint64_t offset, char*& out);
  void flush_group(std::uint64_t offset, char*& out);
  void note(std::uint64_t offset) {
    if (!bad_) bad_ = offset;
  }

  const Base64Kernels* kernels_;
  Base64Reading reading_;
  std::uint64_t offset_ = 0;
  std::uint32_t bits_ = 0;    // of the group that is being read
  unsigned digits_ = 0;       // in that group: 0 to 3
  unsigned padding_due_ = 0;  // '=' still to come
  bool padded_ = false;       // the last thing read was padding
  std::optional<std::uint64_t> bad_;
  std::string room_;
};

/// One line without an end.
std::string base64_encode(std::string_view text);

/// Exit::data names the offset of the first bad octet. A reading that skips what is wrong never fails.
base::Result<std::string> base64_decode(std::string_view text, Base64Reading reading = Base64Reading::plain);

}  // namespace codec

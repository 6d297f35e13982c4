// Uuencode (POSIX uuencode, both its forms): streaming both ways, memory independent of the length. Output is
// appended to the string the caller gives, or handed out and valid until the next call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "codec/base64.hpp"
#include "codec/uu_kernels.hpp"

namespace codec {

/// What the line says that begins an encoded file.
struct UuBegin {
  unsigned mode = 0;    // permission bits, at most 07777
  std::string name;     // as the sender wrote it, never a path to open; its first 1000 octets
  bool base64 = false;  // "begin-base64": the data are base64, and end with "===="
};

/// "begin MODE NAME" or "begin-base64 MODE NAME" with three or four octal digits and a name; a line end does
/// not matter.
std::optional<UuBegin> parse_uu_begin(std::string_view line);

/// Whether a line, its end not counted, can be a line of data: characters from blank to '`', as many as the
/// first one says; one more is taken for a checksum, and the last group may be short.
bool is_uu_line(std::string_view line);

/// A whole file with its begin and end. Zeros are written as '`', so that no line ends with a blank.
class UuEncoder {
 public:
  static constexpr std::size_t default_octets = 45;
  static constexpr std::size_t most_octets = 63;

  /// Lines of `octets` octets (1 to most_octets). CR and LF in `name` become '_'. `line_end` must outlive
  /// this.
  explicit UuEncoder(unsigned mode, std::string_view name, std::size_t octets = default_octets,
                     std::string_view line_end = "\n", const UuKernels& kernels = uu_kernels().front());

  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  void finish(std::string& out);
  std::string_view finish();

 private:
  std::size_t most(std::size_t octets) const;
  char* encode(std::string_view chunk, char* out);
  char* encode_last(char* out);
  std::size_t put_lines(std::string_view octets, char*& out) const;
  void put_line(std::string_view octets, char*& out) const;

  const UuKernels* kernels_;
  std::string begin_;  // what is not written yet
  std::size_t octets_;
  std::string_view line_end_;
  std::string held_;  // less than a line
  std::string room_;
};

enum class UuReading {
  strict,     // nothing but files as POSIX writes them, in full lines
  plain,      // text before, between and behind files; missing blanks, a checksum character, blank lines
  forgiving,  // what cannot be data is skipped, and noted; a missing end is only noted
};

/// Several files may follow one another: what they hold comes out as one.
class UuDecoder {
 public:
  enum class Start {
    begin,
    data
  };  // where the input starts: data for lines whose begin line was read before

  explicit UuDecoder(UuReading reading = UuReading::plain, Start start = Start::begin,
                     const UuKernels& kernels = uu_kernels().front());

  /// Unless forgiving, nothing is decoded from the first wrong line on.
  void update(std::string_view chunk, std::string& out);
  std::string_view update(std::string_view chunk);
  void finish(std::string& out);
  std::string_view finish();

  /// Offset in the whole input of the first octet that was wrong; the input's length when its end was
  /// missing, or when there was no file at all.
  std::optional<std::uint64_t> bad() const { return bad_; }
  bool stopped() const { return bad_ && reading_ != UuReading::forgiving; }

  /// The last begin line that was read.
  const std::optional<UuBegin>& begin() const { return begin_; }
  /// The end line of the file that was begun last has been seen.
  bool ended() const { return ended_; }

 private:
  enum class Place { outside, data, zero_line, base64 };

  std::size_t take_fast(std::string_view text, std::string& out);
  void hold(std::string_view piece, std::string& out);
  void take_line(std::string_view line, std::string& out);
  void take_outside(std::string_view text);
  void take_data(std::string_view text, std::string& out);
  void take_digits(std::string_view text, std::size_t octets, std::string& out);
  void take_base64(std::string_view piece, std::string& out);
  void end_file(std::string& out);
  void note(std::uint64_t offset) {
    if (!bad_) bad_ = offset;
  }

  const UuKernels* kernels_;
  UuReading reading_;
  Place place_;
  bool ended_ = false;
  unsigned careful_ = 0;       // lines that are taken one by one, since one of them needs it
  bool inside_line_ = false;   // of base64, whose start was taken
  std::uint64_t offset_ = 0;   // of the line that is read
  std::uint64_t dropped_ = 0;  // octets of it that were too many to be held
  std::string held_;           // a line whose end is not seen yet
  std::optional<UuBegin> begin_;
  Base64Decoder base64_;
  std::uint64_t base64_start_ = 0;
  std::optional<std::uint64_t> bad_;
  std::string room_;
};

}  // namespace codec

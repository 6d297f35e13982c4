// The inner loops of uuencode for whole lines, one set for each kind of processor; all give the same octets.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace codec {

struct UuKernels {
  static constexpr std::size_t slack = 64;

  const char* name;  // the instructions it is made of

  /// Encodes whole lines of `groups` groups of three octets, each with its length and an end of one or two
  /// characters; returns how many, at least one when `length` is that of one line and 64 more. `out` has room
  /// for length / (3 * groups) lines and the slack.
  std::size_t (*encode_lines)(const char* in, std::size_t length, std::size_t groups, std::string_view end,
                              char* out);

  struct Decoded {
    std::size_t used;  // characters
    char* out;         // where the octets end
  };
  /// Decodes lines that are as long as they say, have only digits, are not empty, and end with LF or CR LF;
  /// up to the first other one or one that ends less than 64 characters before `length`. `out` has room for
  /// 3 / 4 of `length` and the slack.
  Decoded (*decode_lines)(const char* in, std::size_t length, char* out);
};

/// Those that this processor can run, the fastest first; the last one runs everywhere.
std::span<const UuKernels> uu_kernels();

}  // namespace codec

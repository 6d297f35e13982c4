// The inner loops of base64 for whole groups, one set for each kind of processor; all give the same octets.
// They read and write a little beyond what they use, within the room that is stated.
#pragma once

#include <cstddef>
#include <span>

namespace codec {

struct LineEnd {
  char text[2] = {'\n', '\0'};
  std::size_t size = 1;  // 1 or 2
};

struct Base64Kernels {
  const char* name;  // the instructions it is made of

  /// Encodes whole groups of three octets; returns the octets used, less than 96 short of `length`. `out` has
  /// room for the characters and 64 more.
  std::size_t (*encode)(const char* in, std::size_t length, char* out);

  /// Encodes whole lines of `groups` groups, each with its end; returns how many, at most length / (3 *
  /// groups). `out` has room for them and 64 more.
  std::size_t (*encode_lines)(const char* in, std::size_t length, std::size_t groups, LineEnd end, char* out);

  /// Decodes whole groups of four digits up to the first character that is none; returns the characters used,
  /// less than 64 short of that or of `length`. `out` has room for the octets and 64 more.
  std::size_t (*decode)(const char* in, std::size_t length, char* out);

  /// Copies all but CR and LF; returns the characters written. `out` has room for `length` and 64 more.
  std::size_t (*pack)(const char* in, std::size_t length, char* out);
};

/// Those that this processor can run, the fastest first; the last one runs everywhere.
std::span<const Base64Kernels> base64_kernels();

}  // namespace codec

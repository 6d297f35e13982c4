// The inner loops of quoted-printable: which octets need care. One set for each kind of processor; all say
// the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace codec {

/// Bit i % 64 of word i / 64 is octet i; words for the whole of `length`, bits beyond it are 0.
struct ScanKernels {
  const char* name;  // the instructions it is made of

  /// Octets that quoted-printable does not write as they are: all but blank, tab, and '!' to '~' without '='.
  void (*mark)(const char* in, std::size_t length, std::uint64_t* marks);

  /// What quoted-printable does not read as it is: '=' and LF.
  void (*mark_signs)(const char* in, std::size_t length, std::uint64_t* marks);
};

/// Those that this processor can run, the fastest first; the last one runs everywhere.
std::span<const ScanKernels> scan_kernels();

}  // namespace codec

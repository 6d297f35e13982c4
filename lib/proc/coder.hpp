// What the options of b64, qp and uu have in common.
#pragma once

#include "base/result.hpp"
#include "proc/options.hpp"

namespace proc {

/// Decodes with --decode, else encodes; a reader that goes away ends the program. Exit::usage where --strict
/// and
/// --ignore-garbage are both given.
base::Result<int> code(const Options& given, base::Result<int> (*encode)(const Options&),
                       base::Result<int> (*decode)(const Options&));

/// How a decoder reads: strict, forgiving with --ignore-garbage, else plain.
template <class Reading>
Reading reading_of(const Options& given) {
  if (given.has("strict")) return Reading::strict;
  return given.has("ignore-garbage") ? Reading::forgiving : Reading::plain;
}

/// What encoders end their lines with.
inline const char* line_end_of(const Options& given) {
  return given.has("crlf") ? "\r\n" : "\n";
}

}  // namespace proc

// What a codec's program does: read files or standard input, write what comes of it to standard output.
#pragma once

#include <span>
#include <string>

#include "base/result.hpp"
#include "fs/stream.hpp"

namespace fs {

/// `coder` has update(chunk) and finish(), which hand out text; `check` says after each whether it went well.
/// What came before a failure is written.
template <class Coder, class Check>
base::Result<void> filter(std::span<const std::string> paths, Coder& coder, Check check) {
  TRY(each_chunk(paths, [&](std::string_view chunk) -> base::Result<void> {
    TRY(write_all(1, coder.update(chunk)));
    return check();
  }));
  TRY(write_all(1, coder.finish()));
  return check();
}

template <class Coder>
base::Result<void> filter(std::span<const std::string> paths, Coder coder) {
  return filter(paths, coder, [] { return base::Result<void>(); });
}

}  // namespace fs

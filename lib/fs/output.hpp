// Writing much in small pieces with few system calls.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fs {

/// What was written is only sure to be out after flush(). Holds at most 64 KiB.
class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}
  base::Result<void> write(std::string_view text);
  base::Result<void> flush();

 private:
  int descriptor_;
  std::string held_;
};

}  // namespace fs

// The messages that a program is given by name, before and after it gives up the right to open other files.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "fs/mapping.hpp"

namespace serve {

class Inputs {
 public:
  /// Opens at once the first, and all that are no plain files: what comes by a pipe is copied, which a
  /// confined program may not do.
  explicit Inputs(std::vector<std::string> names);

  const std::vector<std::string>& names() const { return names_; }
  /// Once for each.
  base::Result<fs::Mapping> take(std::size_t index);

 private:
  std::vector<std::string> names_;
  std::map<std::size_t, base::Result<fs::Mapping>> opened_;
};

}  // namespace serve

// Finding the lines that may be boundaries without a look at the others.
#pragma once

#include <cstddef>
#include <string_view>

namespace mime {

struct DashLine {
  std::size_t at = 0;     // where a line begins with "--"; the end of the text if none does
  std::size_t lines = 0;  // line ends (LF) passed on the way
};

/// From the start of a line on.
DashLine next_dash_line(std::string_view text, std::size_t from);

}  // namespace mime

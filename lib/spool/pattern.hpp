// How an operator names many at once: "*" for any text, "?" for one octet, all else for itself.
#pragma once

#include <string_view>

namespace spool {

/// All of `text`; capital letters are as good as small ones. At worst as many steps as the product of both
/// lengths.
bool fits(std::string_view pattern, std::string_view text);

/// It stands for itself alone.
inline bool is_literal(std::string_view pattern) {
  return pattern.find_first_of("*?") == std::string_view::npos;
}

}  // namespace spool

#include "spool/pattern.hpp"

#include "base/ascii.hpp"

namespace spool {

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in_text = 0;
  auto star = std::string_view::npos;  // the last one, which takes one octet more whenever the rest fails
  std::size_t behind_star = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      behind_star = in_text;
    } else if (at < pattern.size() &&
               (pattern[at] == '?' || base::to_lower(pattern[at]) == base::to_lower(text[in_text]))) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++behind_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace spool

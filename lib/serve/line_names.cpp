#include "serve/line_names.hpp"

#include <algorithm>

namespace serve {

namespace {

// Behind a user's line. It is in none of them: their names hold no control characters.
constexpr std::string_view errands = "\terrands";

}  // namespace

std::string local_line(std::string_view user) {
  return "@" + std::string(user);
}

bool is_local(std::string_view line) {
  return line.starts_with('@');
}

std::string errand_line(std::string_view local_line) {
  return std::string(local_line).append(errands);
}

bool is_errand(std::string_view line) {
  return is_local(line) && line.ends_with(errands);
}

std::string_view host_of(std::string_view line) {
  if (line.starts_with('[')) return line.substr(1, std::min(line.find(']'), line.size()) - 1);
  return line.substr(0, line.find_first_of(": "));
}

}  // namespace serve

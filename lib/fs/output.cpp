#include "fs/output.hpp"

#include "fs/fd.hpp"

namespace fs {

base::Result<void> Output::write(std::string_view text) {
  constexpr std::size_t limit = 64 * 1024;
  if (held_.size() + text.size() > limit) TRY(flush());
  if (text.size() >= limit) return write_all(descriptor_, text);
  held_ += text;
  return {};
}

base::Result<void> Output::flush() {
  const auto written = write_all(descriptor_, held_);
  held_.clear();
  return written;
}

}  // namespace fs

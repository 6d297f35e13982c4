#include "serve/progress.hpp"

#include <algorithm>
#include <utility>

namespace serve {

namespace {

std::string megabytes(std::uint64_t octets) {
  const auto tenths = octets / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

}  // namespace

std::string Progress::advance(std::uint64_t done, std::uint64_t total, std::uint64_t now) {
  if (now < next_) return {};
  next_ = now + interval;
  std::string line = megabytes(done);
  // A file that grows meanwhile is no reason for 101 %.
  if (total > 0)
    line += " of " + megabytes(std::max(done, total)) + ", " +
            std::to_string(std::min(done, total) * 100 / total) + " %";
  const auto rest = shown_ > line.size() ? shown_ - line.size() : 0;
  shown_ = line.size();
  return "\r" + line + std::string(rest, ' ');
}

std::string Progress::finish() {
  if (shown_ == 0) return {};
  return "\r" + std::string(std::exchange(shown_, 0), ' ') + "\r";
}

}  // namespace serve

#include "serve/slow_lines.hpp"

namespace serve {

namespace {

constexpr std::uint64_t slow_for = 600'000;  // milliseconds
constexpr std::size_t most = 1000;

}  // namespace

bool SlowLines::contains(const std::string& line, std::uint64_t now) const {
  const auto found = until_.find(line);
  return found != until_.end() && found->second > now;
}

void SlowLines::note(const std::string& line, std::uint64_t took, std::uint64_t now) {
  if (took < long_time) {
    until_.erase(line);
    return;
  }
  if (until_.size() >= most) std::erase_if(until_, [&](const auto& one) { return one.second <= now; });
  if (until_.size() < most) until_[line] = now + slow_for;
}

}  // namespace serve

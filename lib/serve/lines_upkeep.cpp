#include <utility>

#include "serve/lines.hpp"

namespace serve {

namespace {

constexpr std::size_t tidied_at_once = 20'000;  // lines
constexpr std::size_t limited_at_once = 5000;   // the same

}  // namespace

void Lines::set_limits(LineLimits limits) {
  if (limits == limits_) return;
  limits_ = std::move(limits);
  behind_ = std::string();
  catch_up();
}

/// Whatever waits may go now, in spite of what was out.
void Lines::catch_up() {
  if (!behind_) return;
  auto at = lines_.lower_bound(*behind_);
  for (std::size_t i = 0; i < limited_at_once && at != lines_.end(); ++i, ++at) {
    auto& [name, line] = *at;
    line.interval = is_local(name) ? 0 : limits_.rates.interval(host_of(name));
    if (line.ready == 0 && line.size() > 0) pauses_.emplace(line.not_before, &*at);
  }
  behind_ = at == lines_.end() ? std::nullopt : std::optional(at->first);
}

void Lines::tidy(std::uint64_t now) {
  auto at = lines_.lower_bound(tidied_);
  for (std::size_t i = 0; i < tidied_at_once && at != lines_.end(); ++i) {
    const auto& line = at->second;
    const auto since = std::max(line.not_before, line.lifted);
    const bool old =
        line.size() == 0 && line.at_work == 0 && line.ready == 0 && since + limits_.longest < now;
    at = old ? lines_.erase(at) : std::next(at);
  }
  tidied_ = at == lines_.end() ? std::string() : at->first;
}

void Lines::clear() {
  for (auto& [name, line] : lines_) {
    line.waiting.clear();
    line.urgent.clear();
    line.fresh = 0;
    line.ready = 0;
  }
  for (auto& line : ready_) line.clear();
  newest_.clear();
  pauses_.clear();
  behind_.reset();
  waiting_ = ready_here_ = 0;
}

}  // namespace serve

#include "serve/pauses.hpp"

#include <algorithm>

#include "serve/delivery.hpp"

namespace serve {

namespace {

constexpr std::uint64_t soonest = 2;  // for what may still be being written
constexpr std::uint64_t longest = 600;
constexpr std::uint64_t day = 86'400;

}  // namespace

/// The word that it has been written may be lost, so what is new is looked at soon.
std::uint64_t pause_after_nothing(const spool::Record& record, std::uint64_t now) {
  if (record.received() > now) return longest;
  return std::clamp(now - record.received(), soonest, longest);
}

std::uint64_t pause_after_damage(const spool::Record& record, std::uint64_t now) {
  const auto old = std::max(record.received(), record.due()) + unfinished_for + 1;
  return now < old ? old - now : day;
}

}  // namespace serve

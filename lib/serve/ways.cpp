#include "serve/ways.hpp"

#include <algorithm>

namespace serve {

namespace {

std::size_t outside_of(std::size_t deliveries) {
  return deliveries == 1 ? deliveries : deliveries - (deliveries + 3) / 4;
}

std::size_t of(const std::array<std::size_t, ways>& counts, Way way) {
  return counts[static_cast<std::size_t>(way)];
}

}  // namespace

std::size_t most_errands(std::size_t deliveries) {
  const auto outside = outside_of(deliveries);
  return std::max<std::size_t>(1, outside - (outside + 3) / 4);
}

/// Children that are not for local mail alone, whatever hangs outside or in users' homes.
std::size_t Places::outside() const {
  return outside_of(deliveries);
}

std::size_t Places::most_hanging(Way way) const {
  switch (way) {
    case Way::unknown:
      return hanging / 2;
    case Way::elsewhere:
      return hanging / 4;
    case Way::doubtful:
    case Way::retried:
      return hanging / 8;
    default:
      return 0;
  }
}

/// What hangs beside the others takes no place.
std::size_t Places::taken(Way way, const Out& out) const {
  return of(out.all, way) - std::min(of(out.hanging, way), most_hanging(way));
}

bool Places::has_room(Way way, const Out& out) const {
  const auto here = of(out.all, Way::here), errands = of(out.all, Way::errands);
  const auto doubtful = taken(Way::doubtful, out), suspect = doubtful + taken(Way::retried, out);
  const auto asked = taken(Way::unknown, out) + suspect;
  const auto known = taken(Way::elsewhere, out), all = errands + asked + known;
  // A host that is back may make what hung count again.
  if (here + std::min(all, outside()) >= deliveries) return false;
  if (way == Way::here) return true;
  if (all >= outside()) return false;
  if (way == Way::elsewhere) return known + quarter() / 4 < outside();
  if (way == Way::errands) return errands < most_errands(deliveries);
  if (taken(way, out) == 0) return true;
  if (errands + asked + quarter() >= outside()) return false;
  if (way == Way::doubtful && doubtful >= quarter()) return false;
  return way == Way::unknown || suspect < (outside() + 1) / 2;
}

bool Places::is_short(const Out& out) const {
  const auto hang = of(out.hanging, Way::unknown);
  return hang > 0 && 4 * hang >= most_hanging(Way::unknown);
}

}  // namespace serve

#include "serve/gathering.hpp"

#include <algorithm>

namespace serve {

namespace {

constexpr std::uint64_t allowance = (Gathering::at_once - 1) * Gathering::longest;

}  // namespace

void Gathering::look(std::size_t waiting, std::uint64_t now) {
  // A clock that was set back makes nobody wait longer.
  used_until_ = std::min(used_until_, now + allowance + longest);
  if (open_ || (waiting < enough && next_time() > now)) return;
  open_ = true;
  used_until_ = std::min(std::max(used_until_, now) + longest, now + allowance + longest);
}

std::uint64_t Gathering::next_time() const {
  return used_until_ > allowance ? used_until_ - allowance : 0;
}

}  // namespace serve

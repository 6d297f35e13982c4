#include "imap/view.hpp"

#include <algorithm>

namespace imap {

View::Seen View::operator[](std::size_t place) const {
  const auto next = std::upper_bound(runs_.begin(), runs_.end(), place,
                                     [](std::size_t wanted, const Run& run) { return wanted < run.place; });
  const Run& run = *(next - 1);
  return {run.uid + static_cast<std::uint32_t>(place - run.place)};
}

std::size_t View::first_at(std::uint32_t uid) const {
  const auto next = std::upper_bound(runs_.begin(), runs_.end(), uid,
                                     [](std::uint32_t wanted, const Run& run) { return wanted < run.uid; });
  if (next == runs_.begin()) return 0;
  const auto run = static_cast<std::size_t>(next - runs_.begin()) - 1;
  return std::min(runs_[run].place + std::size_t{uid - runs_[run].uid}, end_of(run));
}

void View::push_back(Seen seen) {
  const bool goes_on = !empty() && seen.uid - runs_.back().uid == size_ - runs_.back().place;
  if (!goes_on) runs_.push_back({seen.uid, static_cast<std::uint32_t>(size_)});
  ++size_;
}

}  // namespace imap

#include "maildir/sight.hpp"

#include <algorithm>
#include <utility>

namespace maildir {

namespace {

bool has(const UidSet& set, std::uint32_t uid) {
  const auto after =
      std::upper_bound(set.begin(), set.end(), uid,
                       [](std::uint32_t one, const UidRange& range) { return one < range.first; });
  return after != set.begin() && uid <= (after - 1)->last;
}

/// What `which` says `in` of being in the other.
UidSet those(const UidSet& which, bool in, const UidSet& other) {
  UidSet out;
  for (const auto& range : which) {
    for (std::uint64_t uid = range.first; uid <= range.last; ++uid) {
      const auto one = static_cast<std::uint32_t>(uid);
      if (has(other, one) == in) append_uid(out, one);
    }
  }
  return out;
}

}  // namespace

void Sighting::note(const Stamp& seen, std::uint64_t now) {
  if (at == 0 || stamp != seen) *this = {seen, now};
}

bool is_at_rest(std::uint64_t changed, std::uint64_t now, std::uint64_t then, const Sighting& seen) {
  const bool long_past = now > changed && now - changed > clock_tick;
  const bool seen_before = seen.at != 0 && changed == then && now > seen.at && now - seen.at > clock_tick;
  return long_past || seen_before;
}

bool is_recent(std::uint64_t then, std::uint64_t now, std::uint64_t limit) {
  return then > now ? then - now <= limit : now - then <= limit;
}

bool is_gone(const Search& search) {
  return search.first_at_rest && !search.found_first && search.second_at_rest && !search.there_by_name;
}

UidSet settle_missed(Missed& missed, const UidSet& candidates, std::uint64_t now, bool local) {
  const auto before = std::exchange(missed, Missed());
  if (local) return candidates;
  // One that was seen meanwhile, or that was missed by a clock that was wrong, begins anew.
  const bool known = !before.uids.empty() && before.since <= now;
  const auto still = known ? those(candidates, true, before.uids) : UidSet();
  if (!still.empty() && now - before.since < missed_for) {
    missed = {still, before.since};
    return {};
  }
  missed = {those(candidates, false, still), now};
  if (missed.uids.empty()) missed = {};
  return still;
}

bool still_holds(const Moment& then, const Moment& now, bool steady, bool moved) {
  return then.index == now.index && then.stamp == now.stamp && (steady || !moved);
}

}  // namespace maildir

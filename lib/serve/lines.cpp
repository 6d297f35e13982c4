#include "serve/lines.hpp"

#include <algorithm>
#include <utility>

namespace serve {

namespace {

constexpr std::size_t share_limit = 50;                 // messages that one child gets
constexpr std::size_t local_share = Gathering::enough;  // small: local mail is spread over the children
constexpr std::size_t errand_share = 8;                 // the same
constexpr std::uint64_t burst = 100'000;                // microseconds whose messages may go at once
constexpr std::uint64_t ceiling_for = 600'000;          // milliseconds
constexpr std::uint64_t long_time = SlowLines::long_time;
constexpr std::uint64_t longer_time = 10'000;  // milliseconds
constexpr std::size_t woken_at_once = 1000;    // lines

std::size_t place(Way way) {
  return static_cast<std::size_t>(way);
}

}  // namespace

Lines::Lot& Lines::find(const std::string& name) {
  const auto [at, is_new] = lines_.try_emplace(name);
  if (is_new && is_local(name)) at->second.window = UINT16_MAX;
  if (is_new && !is_local(name)) at->second.interval = limits_.rates.interval(host_of(name));
  if (is_new) at->second.has_answered = answered_.contains(name);
  return *at;
}

const std::string& Lines::add(const std::string& line, const Waiting& message, std::uint64_t now) {
  auto& lot = find(line);
  if (lot.second.put(message)) {
    count_waiting(lot.second, 1);
    if (newest_.erase(lot.second.newest) > 0) newest_.emplace(last_ready_ + 1, &lot);
    lot.second.newest = ++last_ready_;
  }
  settle(lot, now);
  return lot.first;
}

void Lines::withdraw(const std::string& name, const Waiting& message, std::uint64_t now) {
  const auto found = lines_.find(name);
  if (found == lines_.end() || !found->second.take(message)) return;
  count_waiting(found->second, -1);
  // A line that nothing waits in may be forgotten.
  if (found->second.size() == 0) pauses_.erase({found->second.not_before, &*found});
  settle(*found, now);
}

void Lines::change_urgency(const std::string& name, const Waiting& message, std::uint64_t urgent) {
  const auto found = lines_.find(name);
  if (found != lines_.end() && found->second.take(message))
    found->second.put({message.due, message.id, urgent, message.put_off});
}

void Lines::lift(const std::string& name, std::uint64_t now) {
  const auto found = lines_.find(name);
  if (found == lines_.end()) return;
  auto& line = found->second;
  const auto soonest = now + (line.interval + 999) / 1000;
  if (line.failures == 0 || line.not_before <= soonest) return;
  wait_until(*found, soonest);
  settle(*found, now);
}

bool Lines::is_paused(const std::string& name, std::uint64_t now) const {
  const auto found = lines_.find(name);
  return found != lines_.end() && found->second.failures > 0 && found->second.not_before > now;
}

bool Lines::is_free(const std::string& name, std::uint64_t now) const {
  const auto found = lines_.find(name);
  if (found == lines_.end()) return true;
  return found->second.size() == 0 && found->second.not_before <= now && has_room(*found, now);
}

bool Lines::is_slow(const std::string& name, std::uint64_t now) const {
  const auto found = lines_.find(name);
  if (found != lines_.end() && found->second.at_work > 0 && now - found->second.since >= long_time)
    return true;
  return slow_.contains(name, now);
}

bool Lines::take_late(const std::string& name, const Waiting& message, std::uint64_t now) {
  const auto found = lines_.find(name);
  if (found == lines_.end() || found->second.failures == 0) return false;
  auto& line = found->second;
  if (line.at_work > 0 || !line.take(message)) return false;
  // finish() has a new end for it.
  pauses_.erase({line.not_before, &*found});
  line.late = true;
  count_waiting(found->second, -1);
  line.since = now;
  count(*found, Way::doubtful, now);
  return true;
}

bool Lines::Line::put(const Waiting& message) {
  if (message.urgent != Waiting::never) urgent.insert(message);
  const bool is_new = waiting.insert(message).second;
  if (is_new && !message.put_off) ++fresh;
  return is_new;
}

/// Not by reference: it may be one that is erased here.
bool Lines::Line::take(Waiting message) {
  urgent.erase(message);
  const bool was_there = waiting.erase(message) > 0;
  if (was_there && !message.put_off) --fresh;
  return was_there;
}

std::size_t Lines::limit_of(const Lot& lot, std::uint64_t now) const {
  const auto& [name, line] = lot;
  if (name == local_line()) return SIZE_MAX;
  if (is_local(name)) return way_of(lot) == Way::errands ? limits_.errands : limits_.per_user;
  const bool low = line.ceiling > 0 && line.lifted > now;
  return low ? std::min<std::size_t>(line.ceiling, limits_.connections) : limits_.connections;
}

Way Lines::way_of(const Lot& lot) const {
  if (is_local(lot.first)) return is_errand(lot.first) ? Way::errands : Way::here;
  const auto& line = lot.second;
  if (line.failures > 0) return Way::doubtful;
  if (line.has_answered) return Way::elsewhere;
  return limits_.patient && line.fresh == 0 && line.size() > 0 ? Way::retried : Way::unknown;
}

void Lines::count_waiting(const Line& line, std::ptrdiff_t more) {
  waiting_ += static_cast<std::size_t>(more);
  if (line.ready != 0) count_ready(line, more);
}

void Lines::count_ready(const Line& line, std::ptrdiff_t more) {
  if (line.ready_as == Way::here) ready_here_ += static_cast<std::size_t>(more);
}

void Lines::count(Lot& lot, Way way, std::uint64_t now) {
  auto& line = lot.second;
  if (line.at_work == 0 && !is_local(lot.first)) expect(lot, now);
  ++line.at_work;
  ++line.out[place(way)];
  ++out_.all[place(way)];
  if (line.hangs) ++out_.hanging[place(way)];
}

/// Which of several it is nobody knows; of all together it is right.
void Lines::uncount(Line& line) {
  constexpr Way in_turn[] = {Way::doubtful,  Way::retried, Way::unknown,
                             Way::elsewhere, Way::errands, Way::here};
  const auto* const way = std::find_if(std::begin(in_turn), std::end(in_turn) - 1,
                                       [&](Way one) { return line.out[place(one)] > 0; });
  --line.at_work;
  --line.out[place(*way)];
  --out_.all[place(*way)];
  if (line.hangs) --out_.hanging[place(*way)];
}

void Lines::set_hanging(Line& line, bool hangs) {
  for (std::size_t i = 0; i < ways && line.hangs != hangs; ++i)
    out_.hanging[i] = hangs ? out_.hanging[i] + line.out[i] : out_.hanging[i] - line.out[i];
  line.hangs = hangs;
}

/// Something of what is out should come back soon.
void Lines::expect(Lot& lot, std::uint64_t now) {
  auto& line = lot.second;
  line.hangs_at = now + (line.has_answered ? longer_time : long_time);
  expected_.emplace(line.hangs_at, &lot);
}

void Lines::expect_no_more(Lot& lot) {
  auto& line = lot.second;
  expected_.erase({line.hangs_at, &lot});
  set_hanging(line, false);
}

bool Lines::has_room(const Lot& lot, std::uint64_t now) const {
  if (lot.second.hangs && !lot.second.has_answered) return false;
  return lot.second.at_work < std::min<std::size_t>(lot.second.window, limit_of(lot, now));
}

bool Lines::may_go(const Lot& lot, std::uint64_t now) const {
  return has_room(lot, now) && lot.second.not_before <= now && lot.second.size() > 0;
}

/// Ready, waiting for its time, or neither; forgotten where nothing is known about it.
void Lines::settle(Lot& lot, std::uint64_t now) {
  auto& line = lot.second;
  if (line.ready != 0 && line.ready_as == way_of(lot) && line.size() > 0) return;
  // What is new, or for a host that has answered, must not wait behind lines of which nothing is known.
  unready(lot);
  if (line.size() == 0) {
    if (line.at_work == 0 && line.failures == 0 && line.not_before <= now && line.lifted <= now)
      lines_.erase(lines_.find(lot.first));
    return;
  }
  if (may_go(lot, now)) {
    // Its time may have come before wake_up() did, and a line that is ready may be forgotten.
    pauses_.erase({line.not_before, &lot});
    line.ready = ++last_ready_;
    line.ready_as = way_of(lot);
    ready_[place(line.ready_as)].emplace(line.ready, &lot);
    count_ready(line, static_cast<std::ptrdiff_t>(line.size()));
    if (line.ready_as == Way::unknown) newest_.emplace(line.newest, &lot);
    gather(now);
  } else if (has_room(lot, now)) {
    pauses_.emplace(line.not_before, &lot);
  }
}

/// Its way may be another since.
void Lines::unready(Lot& lot) {
  auto& line = lot.second;
  if (line.ready != 0) {
    ready_[place(line.ready_as)].erase(line.ready);
    count_ready(line, -static_cast<std::ptrdiff_t>(line.size()));
  }
  if (line.ready_as == Way::unknown) newest_.erase(line.newest);
  line.ready = 0;
}

/// It is waited for until one time alone.
void Lines::wait_until(Lot& lot, std::uint64_t time) {
  auto& line = lot.second;
  pauses_.erase({line.not_before, &lot});
  line.not_before = time;
}

void Lines::wake_up(std::uint64_t now) {
  for (std::size_t i = 0; i < woken_at_once && !pauses_.empty() && pauses_.begin()->first <= now; ++i) {
    auto* const lot = pauses_.begin()->second;
    pauses_.erase(pauses_.begin());
    settle(*lot, now);
  }
  for (; !expected_.empty() && expected_.begin()->first <= now; expected_.erase(expected_.begin())) {
    set_hanging(expected_.begin()->second->second, true);
  }
  gather(now);
}

/// Without patience everything is there already.
void Lines::gather(std::uint64_t now) {
  if (is_ready(Way::here)) gathering_.look(limits_.patient ? ready_here_ : SIZE_MAX, now);
}

void Lines::take_first(Line& line, std::size_t most, Share& into, const Traits& traits) {
  const auto& waiting = line.waiting;
  do {
    into.ids.push_back(waiting.begin()->id);
    line.take(*waiting.begin());
  } while (into.ids.size() < most && !waiting.empty() && !traits.alone(into.ids[0]) &&
           !traits.alone(waiting.begin()->id));
}

void Lines::take_urgent(Line& line, Share& into, const Traits& traits) {
  const auto& urgent = line.urgent;
  while (into.ids.size() < share_limit && !urgent.empty() && urgent.begin()->urgent <= traits.seconds) {
    const auto id = urgent.begin()->id;
    if (traits.alone(id) && !into.ids.empty()) break;
    into.ids.push_back(id);
    line.take(*urgent.begin());
    if (traits.alone(id)) break;
  }
  into.whole = into.whole || !into.ids.empty();
}

/// A host in trouble is asked about one message, and about those that must hear that they are too old.
Share Lines::take(Lot& lot, const Traits& traits) {
  auto& line = lot.second;
  const auto way = way_of(lot);
  const bool urgent = !line.urgent.empty() && line.urgent.begin()->urgent <= traits.seconds;
  Share out{lot.first, {}, !limits_.patient, way == Way::unknown && line.fresh == line.size() && !urgent};
  const bool doubtful = way == Way::doubtful;
  if (doubtful) take_urgent(line, out, traits);
  if (!out.ids.empty()) return out;
  const std::size_t by_rate = line.interval > 0 ? 1 + burst / line.interval : SIZE_MAX;
  const std::size_t here = is_errand(lot.first) ? errand_share : local_share;
  const std::size_t most = doubtful ? 1 : is_local(lot.first) ? here : share_limit;
  take_first(line, std::min(most, by_rate), out, traits);
  return out;
}

void Lines::slow_down(Lot& lot, std::size_t count, std::uint64_t now) const {
  auto& line = lot.second;
  if (line.interval > 0) line.not_before = now + (count * line.interval + 999) / 1000;
}

/// What has happened since a line became ready may have changed that, and its way.
Lines::Lot* Lines::first_ready(Way way, std::uint64_t now) {
  auto& ready = ready_[place(way)];
  while (!ready.empty()) {
    const bool newest = way == Way::unknown && newest_is_next_;
    auto& lot = newest ? *newest_.rbegin()->second : *ready.begin()->second;
    unready(lot);
    if (may_go(lot, now) && way_of(lot) == way) return &lot;
    settle(lot, now);
  }
  return nullptr;
}

std::optional<Share> Lines::next(Way way, std::uint64_t now, const Traits& traits) {
  wake_up(now);
  if (way == Way::here && !gathering_.is_open()) return std::nullopt;
  auto* const lot = first_ready(way, now);
  if (way == Way::here && lot == nullptr) gathering_.close();
  if (lot == nullptr) return std::nullopt;
  if (way == Way::unknown) newest_is_next_ = !newest_is_next_;
  auto out = take(*lot, traits);
  count_waiting(lot->second, -static_cast<std::ptrdiff_t>(out.ids.size()));
  if (lot->second.at_work == 0) lot->second.since = now;
  count(*lot, way, now);
  slow_down(*lot, out.ids.size(), now);
  settle(*lot, now);
  return out;
}

/// While others still talk to the host it lives, and has enough of them. With nobody left it is down.
void Lines::shrink(Lot& lot, std::uint64_t now) {
  if (!limits_.patient) return;
  auto& line = lot.second;
  line.window = std::max<std::uint16_t>(1, line.at_work);
  if (line.at_work > 0) {
    line.ceiling = line.window;
    line.lifted = now + ceiling_for;
    return;
  }
  line.ceiling = 0;
  line.has_answered = false;
  answered_.remove(lot.first);
  const auto doubled = limits_.pause << std::min<unsigned>(line.failures, 20);
  line.failures = static_cast<std::uint16_t>(std::min(line.failures + 1, 1000));
  wait_until(lot, std::max(line.not_before, now + std::min(doubled, limits_.longest)));
}

void Lines::finish(const std::string& name, Fortune fortune, std::uint64_t now) {
  auto& lot = find(name);
  auto& line = lot.second;
  slow_.note(name, now - line.since, now);
  line.since = now;
  const bool late = std::exchange(line.late, false);
  uncount(line);
  if (line.at_work == 0 || fortune == Fortune::good) expect_no_more(lot);
  if (fortune == Fortune::trouble) {
    // Ready as it may be for one more, it is not any longer, or in another way.
    unready(lot);
    shrink(lot, now);
  } else if (fortune == Fortune::good) {
    if (line.failures > 0) line.window = 2;
    if (late) wait_until(lot, now + (line.interval + 999) / 1000);
    line.failures = 0;
    if (!is_local(name)) {
      line.has_answered = true;
      answered_.add(name);
      if (line.at_work > 0) expect(lot, now);
    }
    if (line.window < std::min<std::size_t>(limit_of(lot, now), UINT16_MAX)) ++line.window;
  }
  settle(lot, now);
}

std::optional<std::uint64_t> Lines::next_time(bool others_wait) const {
  std::optional<std::uint64_t> out;
  if (!pauses_.empty()) out = pauses_.begin()->first;
  const bool waits =
      others_wait || std::any_of(ready_.begin(), ready_.end(), [](const auto& one) { return !one.empty(); });
  if (waits && !expected_.empty())
    out = std::min(out.value_or(expected_.begin()->first), expected_.begin()->first);
  if (is_ready(Way::here) && !gathering_.is_open())
    out = std::min(out.value_or(UINT64_MAX), gathering_.next_time());
  return out;
}

}  // namespace serve

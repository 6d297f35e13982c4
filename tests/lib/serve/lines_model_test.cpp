// Whatever hosts do, and whatever an operator allows: no more goes out than he said, all that went out is
// counted, and nobody waits for room that is there.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "serve/lines.hpp"

namespace lines_model_test {
namespace {

using serve::Fortune;
using serve::Way;

class Walk {
 public:
  Walk(unsigned seed, serve::Places places) : random_(seed), places_(places) { set_limits(); }

  void step() {
    if (below(40) == 0) change();
    for (auto i = below(4); i > 0; --i) put();
    pass(below(3) == 0 ? below(20'000) : below(50));
  }

  /// All hosts answer from now on.
  void end() {
    are_well_ = true;
    for (int day = 0; day < 3000 && (lines_.waiting() > 0 || !out_.empty()); ++day) pass(60'000);
    ASSERT_EQ(lines_.waiting(), 0u);
    for (const auto way : serve::every_way) ASSERT_EQ(lines_.at_work(way) + hanging(way), 0u);
  }

 private:
  struct Child {
    std::string line;
    Fortune fortune;
    std::size_t rules = 0;  // under which it went out
  };

  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  std::size_t hanging(Way way) const { return lines_.out().hanging[static_cast<std::size_t>(way)]; }

  void put() {
    std::string line = std::to_string(below(below(3) == 0 ? 400 : 20)) + ".test";
    if (below(5) == 0) line = serve::local_line(std::to_string(below(3)));
    if (below(20) == 0) line = serve::errand_line(serve::local_line(std::to_string(below(3))));
    const bool put_off = below(3) == 0;
    const serve::Waiting message = {seconds(), ++last_,
                                    below(4) == 0 ? seconds() + below(100) : serve::Waiting::never, put_off};
    lines_.add(line, message, now_);
    if (below(10) == 0 && places_.has_room(Way::doubtful, lines_.out()) &&
        lines_.take_late(line, message, now_))
      go_out(line);
    if (below(30) == 0) lines_.lift(line, now_);
    pump();
  }

  void set_limits() {
    limits_.connections = 1 + below(12);
    limits_.per_user = 1 + below(5);
    limits_.errands = 1 + below(limits_.per_user);
    limits_.rates = *serve::SendRates::parse(
        below(2) == 0 ? std::vector<std::string>{"3.test 60/60", "* 600/60"} : std::vector<std::string>{});
    lines_.set_limits(limits_);
  }

  void change() {
    constexpr std::size_t deliveries[] = {1, 2, 3, 4, 17, 18, 20, 1000}, hanging[] = {0, 1, 7, 1000};
    if (below(2) == 0) places_ = {deliveries[below(8)], hanging[below(4)]};
    ++rules_;
    given_ = 0;
    set_limits();
    pump();
  }

  /// What a host does changes with the hours.
  Child live(const std::string& line, std::uint64_t& takes) {
    takes = 1 + below(200);
    if (are_well_) return {line, Fortune::good};
    const auto mood = (std::hash<std::string>()(line) + now_ / 600'000) % 5;
    if (serve::is_local(line)) {
      if (serve::is_errand(line) && mood == 0) takes = 100'000;
      return {line, Fortune::good};
    }
    if (mood == 0) takes = 1000 + below(60'000);
    if (mood == 1 || (mood == 0 && below(3) != 0)) return {line, Fortune::trouble};
    return {line, below(10) == 0 ? Fortune::unknown : Fortune::good};
  }

  void go_out(const std::string& line) {
    std::uint64_t takes = 0;
    auto child = live(line, takes);
    child.rules = rules_;
    ++given_;
    out_.emplace(now_ + takes, std::move(child));
    check();
  }

  /// As the runner does; how many went out.
  std::size_t pump() {
    std::size_t given = 0;
    lines_.catch_up();
    lines_.wake_up(now_);
    for (const auto way : serve::every_way) {
      while (places_.has_room(way, lines_.out())) {
        const auto share = lines_.next(way, now_, {seconds(), [](std::uint64_t id) { return id % 7 == 0; }});
        if (!share) break;
        EXPECT_FALSE(share->ids.empty());
        ++given;
        go_out(share->line);
      }
    }
    check();
    return given;
  }

  void check() {
    const auto& out = lines_.out();
    std::size_t all = 0;
    for (std::size_t i = 0; i < serve::ways; ++i) {
      all += out.all[i];
      ASSERT_LE(out.hanging[i], out.all[i]);
    }
    ASSERT_EQ(all, out_.size());
    ASSERT_LE(given_, places_.deliveries + places_.hanging);
  }

  void come_back() {
    const auto child = out_.begin()->second;
    out_.erase(out_.begin());
    if (child.rules == rules_) --given_;
    lines_.finish(child.line, child.fortune, now_);
    if (below(3) == 0 && child.fortune != Fortune::good)
      lines_.add(child.line, {seconds() + 1, ++last_, serve::Waiting::never, true}, now_);
    pump();
  }

  void pass(std::uint64_t milliseconds) {
    const auto end = now_ + milliseconds;
    int idle = 0;
    while (!testing::Test::HasFatalFailure()) {
      const auto event = out_.empty() ? end : std::min(end, out_.begin()->first);
      const auto time = lines_.is_behind() ? now_ : lines_.next_time().value_or(UINT64_MAX);
      if (time <= now_) {
        // It is never asked for again and again in vain.
        idle = pump() > 0 ? 0 : idle + 1;
        ASSERT_LT(idle, 5) << "nothing to do at " << now_;
        continue;
      }
      idle = 0;
      if (time < event) {
        now_ = time;
        pump();
        continue;
      }
      // Nobody has asked to be woken before.
      now_ = std::max(now_, event - 1);
      ASSERT_EQ(pump(), 0u) << "somebody waited for room that was there";
      now_ = std::max(now_, event);
      if (event == end && (out_.empty() || out_.begin()->first > end)) return;
      come_back();
    }
  }

  std::uint64_t seconds() const { return 1'800'000'000 + now_ / 1000; }

  std::mt19937 random_;
  serve::Places places_;
  serve::LineLimits limits_ = {4, 2, 1000, 30'000, true, {}};
  serve::Lines lines_ = serve::Lines(limits_);
  std::multimap<std::uint64_t, Child> out_;  // when they come back
  std::uint64_t now_ = 1'000'000;
  std::uint64_t last_ = 0;
  std::size_t rules_ = 0, given_ = 0;  // those of today, and how many went out under them
  bool are_well_ = false;
};

TEST(LinesModel, NothingWaitsForRoomThatIsThere) {
  for (unsigned seed = 1; seed <= 8 && !testing::Test::HasFatalFailure(); ++seed) {
    Walk walk(seed, {20, seed % 3 * 20});
    for (int i = 0; i < 1500 && !testing::Test::HasFatalFailure(); ++i) walk.step();
    if (!testing::Test::HasFatalFailure()) walk.end();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace lines_model_test

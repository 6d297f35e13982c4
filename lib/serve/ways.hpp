// The ways on which mail leaves its lines (serve/lines.hpp), by what is known of their hosts, and how many
// children each may have. Pure.
//
// Whoever hangs takes no other's last child:
// - local mail has a quarter of all that nobody else gets, and hosts have a quarter of the rest that users'
//   errands do not get;
// - hosts that answered last time have another quarter of that rest, which neither errands nor the hosts that
//   may hang fill up: each of these ways gets one child, and more while they and the errands leave that
//   quarter. They leave a sixteenth themselves;
// - what is out for long to a host from which nothing comes (Lines::wake_up()) gives its place to another, up
//   to the way's part of `hanging`: half of it for hosts of which nothing is known, a quarter for those that
//   answered last time, an eighth each for doubtful ones and for what is retried.
// There are never more than `deliveries` + `hanging` children.
//
// New mail for hosts that were never asked, and hang, passes by like this, with 20 deliveries and 100
// hanging: 11 a second go out, until 13 hang. From then on, as long as others wait, each gets seven to twelve
// seconds for each address that is called, and as many for the greeting: 50 + 11 are out at a time, of which
// 23 at most had more patience, and the 38 make 4 a second, so that 20 000 are through in an hour and a half.
// One that lives has every other of these places if it is the newest.
#pragma once

#include <array>
#include <cstddef>

namespace serve {

/// Lines of this host, of users' errands, of hosts of which nothing is known and something waits for the
/// first time, of hosts that were in trouble last time, of hosts of which nothing is known and all that waits
/// was put off before, and of hosts that answered last time.
enum class Way { here, errands, unknown, doubtful, retried, elsewhere };
/// As they are asked: who may have few comes before who may have the rest.
constexpr std::array every_way = {Way::here,     Way::errands, Way::unknown,
                                  Way::doubtful, Way::retried, Way::elsewhere};
constexpr std::size_t ways = every_way.size();

/// How many shares are out.
struct Out {
  std::array<std::size_t, ways> all = {};      // by way
  std::array<std::size_t, ways> hanging = {};  // of these
};

struct Places {
  std::size_t deliveries = 20;
  std::size_t hanging = 100;

  bool has_room(Way way, const Out& out) const;

  /// So many of the hosts that were never asked hang that the others must not wait for long.
  bool is_short(const Out& out) const;

 private:
  std::size_t outside() const;
  std::size_t quarter() const { return (outside() + 3) / 4; }
  std::size_t most_hanging(Way way) const;
  std::size_t taken(Way way, const Out& out) const;
};

/// Of the deliveries, at most.
std::size_t most_errands(std::size_t deliveries);

}  // namespace serve

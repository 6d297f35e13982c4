// Which messages may go now, and how many at once: one line a destination, with a number of deliveries that
// grows while they succeed, and a pause that grows while its host is in trouble. Pure: the time, in
// milliseconds of any clock, is an argument.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "serve/answered.hpp"
#include "serve/gathering.hpp"
#include "serve/line_names.hpp"
#include "serve/send_rates.hpp"
#include "serve/slow_lines.hpp"
#include "serve/ways.hpp"

namespace serve {

struct LineLimits {
  std::size_t connections = 10;  // to one host, at most
  std::size_t per_user = 5;      // deliveries to one local user at once, at most
  std::uint64_t pause = 60'000;  // milliseconds after a host's first failure; then twice as long each time
  std::uint64_t longest = 1'800'000;  // milliseconds
  bool patient = true;  // false: a host in trouble gets no pause, and each message for it a turn
  SendRates rates = {};
  std::size_t errands = 5;  // of one local user at once, at most
  friend bool operator==(const LineLimits&, const LineLimits&) = default;
};

/// A message in a line. They go in the order of their due times, as the priority of a new one is one, and
/// those of the same time as they came.
struct Waiting {
  static constexpr std::uint64_t never = UINT64_MAX;

  std::uint64_t due;  // seconds since 1970
  std::uint64_t id;
  std::uint64_t urgent = never;  // the same, from when on it needs a turn, also where the host is in trouble
  bool put_off = false;          // it has had a turn before
  friend auto operator<=>(const Waiting&, const Waiting&) = default;
};

/// What one child is given.
struct Share {
  std::string line;
  std::vector<std::uint64_t> ids;
  bool whole = false;  // each message needs its turn, also when the host turns out to be in trouble
  bool first = false;  // nothing is known of its host, and none of the messages was tried before or is urgent
};

enum class Fortune {
  good,
  unknown,  // nobody was asked
  trouble,  // the host did not answer, or sent everybody away
};

class Lines {
 public:
  explicit Lines(LineLimits limits) : limits_(std::move(limits)) {}
  /// They count from now on, but the rates of hosts that are known only from when catch_up() comes to them,
  /// where these are very many.
  void set_limits(LineLimits limits);
  bool is_behind() const { return behind_.has_value(); }
  void catch_up();

  /// The name of its line, which stays where it is while a message waits there or a share of it is out.
  const std::string& add(const std::string& line, const Waiting& message, std::uint64_t now);
  /// It waits there no longer.
  void withdraw(const std::string& line, const Waiting& message, std::uint64_t now);
  /// It waits there, and is urgent at another time now.
  void change_urgency(const std::string& line, const Waiting& message, std::uint64_t urgent);

  /// Somebody asks that the host be tried now, whatever its pause; its rate is kept.
  void lift(const std::string& line, std::uint64_t now);

  /// Its host was in trouble, and has a pause.
  bool is_paused(const std::string& line, std::uint64_t now) const;
  /// Whatever is added would go at once: nothing waits in that line, and it may have one more out.
  bool is_free(const std::string& line, std::uint64_t now) const;
  /// Whatever is done there takes long: the last share that came back, or those that are out.
  bool is_slow(const std::string& line, std::uint64_t now) const;
  /// This one goes now, also in the pause or before others that wait longer, as a share of the doubtful way.
  /// False: it does not wait in that line, or its host was not in trouble, or is asked, and it goes in its
  /// turn.
  bool take_late(const std::string& line, const Waiting& message, std::uint64_t now);

  struct Traits {
    std::uint64_t seconds;                     // since 1970: what is urgent until then is urgent now
    std::function<bool(std::uint64_t)> alone;  // goes by itself
  };
  /// The next share of such lines, in turns; of hosts of which nothing is known the one whose mail is newest
  /// has every other turn, as it would wait long behind very many that hang. Local mail may be gathered
  /// first. Nothing: none of them may have one more out.
  std::optional<Share> next(Way way, std::uint64_t now, const Traits& traits);

  /// A share is back.
  void finish(const std::string& line, Fortune fortune, std::uint64_t now);

  /// Lines whose time has come are no longer waited for, whether a child is free for them or not; not all of
  /// very many at once. And hosts from which nothing came for a second, or, of those that answered last time,
  /// for ten, hang; of those that never answered no more is taken until something comes.
  void wake_up(std::uint64_t now);

  /// When next() may have something, or there may be room for what waits, here or with somebody else,
  /// although nothing was added or came back.
  std::optional<std::uint64_t> next_time(bool others_wait = false) const;

  /// How many shares are out, by the way on which they were taken, and how many hung when somebody last woke
  /// up.
  const Out& out() const { return out_; }
  std::size_t at_work(Way way) const { return out_.all[static_cast<std::size_t>(way)]; }
  std::size_t waiting() const { return waiting_; }
  /// Whether a line of this way would have a share now.
  bool is_ready(Way way) const { return !ready_[static_cast<std::size_t>(way)].empty(); }
  /// Of which something is known beside whether they answered.
  std::size_t size() const { return lines_.size(); }

  /// Forgets hosts that nothing was heard of for long, where there are very many not all at once.
  void tidy(std::uint64_t now);
  void clear();

 private:
  struct SoonerUrgent {
    bool operator()(const Waiting& one, const Waiting& other) const {
      return std::tie(one.urgent, one) < std::tie(other.urgent, other);
    }
  };
  struct Line {
    std::set<Waiting> waiting = {};
    std::set<Waiting, SoonerUrgent> urgent = {};  // those that will be
    std::uint16_t at_work = 0;
    std::uint16_t window = 2;                  // how many may be
    std::uint16_t failures = 0;                // of the host, in a row
    std::uint16_t ceiling = 0;                 // of the window, until `lifted`; 0: none
    std::array<std::uint16_t, ways> out = {};  // those at work, by the way on which they were taken
    Way ready_as = Way::here;
    bool has_answered = false;  // as far as is known
    bool hangs = false;
    bool late = false;         // the share that is out was taken by take_late()
    std::uint64_t ready = 0;   // its number in ready_, as which way says ready_as; 0: none
    std::uint64_t newest = 0;  // when the last of its messages was added, in numbers
    std::uint64_t hangs_at = 0;
    std::uint32_t fresh = 0;  // of those that wait: were never put off
    std::uint64_t lifted = 0;
    std::uint64_t since =
        0;  // when the first of the shares that are out was taken, or the last one came back
    std::uint64_t not_before = 0;
    std::uint64_t interval = 0;  // microseconds from one message to the next
    std::size_t size() const { return waiting.size(); }
    bool put(const Waiting& message);
    bool take(Waiting message);
  };
  using Lot = std::pair<const std::string, Line>;

  Lot& find(const std::string& line);
  void settle(Lot& lot, std::uint64_t now);
  void gather(std::uint64_t now);
  void unready(Lot& lot);
  Share take(Lot& lot, const Traits& traits);
  static void take_urgent(Line& line, Share& into, const Traits& traits);
  static void take_first(Line& line, std::size_t most, Share& into, const Traits& traits);
  void slow_down(Lot& lot, std::size_t count, std::uint64_t now) const;
  void shrink(Lot& lot, std::uint64_t now);
  void wait_until(Lot& lot, std::uint64_t time);
  Lot* first_ready(Way way, std::uint64_t now);
  Way way_of(const Lot& lot) const;
  void count_waiting(const Line& line, std::ptrdiff_t more);
  void count_ready(const Line& line, std::ptrdiff_t more);
  void count(Lot& lot, Way way, std::uint64_t now);
  void uncount(Line& line);
  void expect(Lot& lot, std::uint64_t now);
  void expect_no_more(Lot& lot);
  void set_hanging(Line& line, bool hangs);
  bool has_room(const Lot& lot, std::uint64_t now) const;
  bool may_go(const Lot& lot, std::uint64_t now) const;
  std::size_t limit_of(const Lot& lot, std::uint64_t now) const;

  LineLimits limits_;
  std::map<std::string, Line> lines_;
  SlowLines slow_;
  std::string tidied_;                                     // all before this one
  std::optional<std::string> behind_;                      // this one and all after it know other limits
  std::array<std::map<std::uint64_t, Lot*>, ways> ready_;  // by way, and as they became so
  std::map<std::uint64_t, Lot*> newest_;  // those of which nothing is known, as they last got a message
  std::uint64_t last_ready_ = 0;          // number of either
  bool newest_is_next_ = false;           // of those of which nothing is known
  std::set<std::pair<std::uint64_t, Lot*>> pauses_;    // when each line that must wait may go on
  std::set<std::pair<std::uint64_t, Lot*>> expected_;  // when hosts of which something is out will hang
  Answered answered_;
  Out out_ = {};
  Gathering gathering_;  // what goes the way `here`
  std::size_t waiting_ = 0;
  std::size_t ready_here_ = 0;  // of these, in lines of the way `here` that are ready
};

}  // namespace serve

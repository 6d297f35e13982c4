// Every message of the queue and where it stands: it waits for its time, waits in the line of its
// destination, is with a child, or is left alone for a while.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "serve/by_id.hpp"
#include "serve/lines.hpp"
#include "serve/worker.hpp"
#include "spool/schedule.hpp"
#include "spool/survey.hpp"

namespace serve {

struct Moment {
  std::uint64_t seconds;       // since 1970
  std::uint64_t milliseconds;  // of a clock that nobody sets

  static Moment now();
};

struct AgendaRules {
  std::uint64_t lifetime = 432000;      // seconds
  std::uint64_t delay_warning = 14400;  // seconds; 0: never
  bool once = false;                    // what is put off does not come back
  LineLimits lines = {};
};

class Agenda {
 public:
  /// The line of a message, of which the destination is known, or nothing: its file is not there any more.
  /// Whose users have had their turns is wanted elsewhere alone.
  enum class Whither { all, elsewhere };
  using LineOf = std::function<std::optional<std::string>(const spool::Entry&, Whither)>;

  Agenda(const std::string& spool, AgendaRules rules, LineOf line_of);
  void set_rules(AgendaRules rules);
  /// What waits may belong in another line now; step by step in admit().
  void begin_review() { reviewed_ = 0; }

  /// Reads the names in the queue, or only in the directories that have changed; step by step in look().
  void begin_survey(bool all) { survey_.begin(all); }
  bool is_surveying() const { return survey_.is_going(); }

  /// Reads some names more, where a survey is going: a few milliseconds' work. The directory that could not
  /// be read is the error.
  base::Result<void> look(const Moment& now);
  /// Puts some of what is due into lines, and some of what waits into others, where a review is going.
  void admit(const Moment& now);
  /// Whether look() or admit() have more to do now.
  bool is_behind(const Moment& now) const;
  /// Whether something due was in another's hand when its turn came: it is there still, or may be.
  bool has_passed_over() const;

  /// Somebody says that this name is new: the message came, or an operator has renamed it. A child that has
  /// it already may have come too early, or look for it under its old name.
  void hear(const spool::Entry& entry, const Moment& now);

  /// What a child may get now, each of which is there, and nobody else has. It may be brief where it is the
  /// first for a host of which nothing is known, and no message is given up or warned of then.
  std::optional<Batch> next(Way way, const Moment& now);
  void finish(const Batch& batch, const BatchReport& report, const Moment& now);
  /// The child has died at it, of this signal or of none (0).
  void child_died(const Batch& batch, int signal, const Moment& now);
  /// No child could be had.
  void give_back(const Batch& batch, const Moment& now);

  /// Milliseconds until admit() or next() may have something new; nothing: only somebody else brings it.
  std::optional<std::uint64_t> wait(const Moment& now) const;
  const Out& out() const { return lines_.out(); }
  bool is_ready(Way way) const { return lines_.is_ready(way); }
  bool has_waiting() const { return lines_.waiting() > 0; }

  /// Forgets hosts and names of which nothing waits.
  void tidy(const Moment& now);
  /// Nothing is begun any more.
  void close();

 private:
  struct Known {
    spool::Record record;  // its newest name
    Waiting waits;         // in its line so
    bool at_work = false;
    bool called = false;  // while it was with a child somebody has said that name
    Lanes lanes = {};     // where it is to have turns now, the first of them next; none: one of all
    const std::string* line = nullptr;  // in which it waits, or from which a child has it
  };
  struct Left {
    spool::Record record;
    std::uint64_t until;  // seconds since 1970
    bool may_be_called;   // what was only too early comes back when its writer says so
  };

  void enter(const spool::Record& record, const Moment& now);
  /// Of several lines the first that is free has it next, or, where none is, the first; those where
  /// everything takes long are the last.
  void place(const spool::Record& record, const Moment& now, Lanes lanes = {});
  std::optional<std::string> line_for(const Known& known) const;
  /// One that waits: in the line that is right now.
  void place_anew(std::uint64_t id, const Moment& now);
  void review(std::size_t table, const Moment& now);
  /// Also where the line has a pause, not longer than its sender gave it (RFC 2852).
  void wait_in(const std::string& line, Known& known, const Moment& now);
  void leave(const spool::Record& record, std::uint64_t until, bool may_be_called);
  void take_back_left(const Moment& now);
  /// Not now, and not at a time that only a wrong clock can have said.
  static bool is_later(const spool::Record& record, const Moment& now);
  bool is_there(const spool::Record& record) const;
  bool is_known(const spool::Record& record);
  /// Seconds since 1970, when it will be too old, or old enough for a warning, for the first time since it
  /// was last tried.
  std::uint64_t urgency(const spool::Record& record) const;
  void put_to_work(Known& known, Batch& batch) const;
  bool goes_alone(std::uint64_t id) const;
  std::optional<Batch> next_late(const Moment& now);
  /// The child is done with it. True: it is still there under the name that it had, or under another that
  /// somebody has said.
  bool release(const spool::Entry& entry, const Moment& now);
  void put_in(spool::Survey::Found found, const Moment& now);

  AgendaRules rules_;
  LineOf line_of_;
  spool::Queue queue_;
  spool::Survey survey_;
  spool::Destinations destinations_;
  spool::Schedule schedule_;
  Lines lines_;
  ById<Known> known_;  // that wait in a line or are with a child
  std::map<std::uint64_t, Left> left_;
  std::uint64_t next_left_ = UINT64_MAX;                         // the earliest of their times, or before it
  std::set<std::pair<std::uint64_t, std::uint64_t>> deadlines_;  // seconds since 1970, and whose
  std::set<std::uint64_t> alone_;                                // that were with a child that died
  std::size_t reviewed_ = ById<Known>::tables;                   // tables of known_; all: no review is going
  bool closed_ = false;
};

}  // namespace serve

#include "serve/runner.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "proc/log.hpp"
#include "proc/open_files.hpp"
#include "serve/agenda.hpp"
#include "serve/crew.hpp"
#include "serve/delivering.hpp"
#include "serve/wakes.hpp"
#include "smtp/path.hpp"
#include "spool/id.hpp"

namespace serve {

namespace {

constexpr std::uint64_t survey_interval = 300;     // seconds between looks for names that nobody has said
constexpr std::uint64_t retirement_interval = 60;  // seconds that a child may be idle

constexpr std::uint64_t failure_interval = 10;  // seconds before a child is tried to be had again
constexpr std::size_t renamed_at_once = 100;    // names that are no new ones
constexpr std::size_t most_renamed = 10'000;    // of them; what is beyond is looked for
constexpr std::size_t spare_files = 64;

class Runner {
 public:
  Runner(Setting setting, LateClose late_close, bool once)
      : setting_(std::move(setting)),
        once_(once),
        late_close_(std::move(late_close)),
        agenda_(setting_.config.delivery.spool, rules(),
                [this](const spool::Entry& entry, Agenda::Whither whither) {
                  return whither == Agenda::Whither::all ? line_of(entry) : line_elsewhere(entry);
                }),
        crew_({[this](const Batch& batch) { return deliver(batch); }, [this] { rest(); }},
              [this](const Batch& batch, const std::optional<BatchReport>& report, int signal) {
                finish(batch, report, signal);
              }) {
    allow_children();
    agenda_.begin_survey(true);
  }

  /// Puts what is due into lines, and gives children what they may have. An error: no child runs, and no
  /// process is to be had.
  base::Result<void> go_on() {
    now_ = Moment::now();
    const auto& now = now_;
    look(now);
    hear_renamed(now);
    agenda_.admit(now);
    see_to_times(now);
    // What nobody waits for is looked at with the next message.
    if (agenda_.has_waiting()) setting_.accounts.refresh();
    if (generation_ != setting_.accounts.generation()) heed_accounts();
    const bool had_failed = std::exchange(has_failed_, false);
    const auto& places = setting_.config.places;
    for (const auto way : every_way) {
      while (places.has_room(way, agenda_.out())) {
        auto batch = agenda_.next(way, now);
        if (!batch) break;
        batch->brief = batch->brief && agenda_.is_ready(way) && places.is_short(agenda_.out());
        const auto given = crew_.give(*batch);
        if (given) continue;
        agenda_.give_back(*batch, now);
        has_failed_ = true;
        if (crew_.at_work() == 0) return given;
        if (!had_failed) proc::log("-", "trouble", {{"reason", given.error().what}});
        return {};
      }
    }
    return {};
  }

  /// Waits for the children, the descriptors in `waiting` or the time to go on.
  void wait(std::vector<pollfd>& waiting) {
    crew_.add_sockets(waiting);
    // Of the moment of the last look: what has become due since it was made must not be taken for seen.
    const auto milliseconds = timeout(now_);
    (void)poll(waiting.data(), waiting.size(), milliseconds);
    crew_.hear(waiting);
  }

  /// After what they have said.
  void bury() {
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) forget(pid, status);
  }

  /// What is new comes first: whoever may knock may say names for ever that are known.
  void hear(const Wakes::Heard& heard) {
    const auto now = Moment::now();
    bool all = heard.all;
    for (const auto& entry : heard.entries) {
      if (entry.due <= spool::arrival(entry.id) / 1'000'000) {
        agenda_.hear(entry, now);
      } else if (renamed_.size() < most_renamed) {
        renamed_.push_back(entry);
      } else {
        all = false;
      }
    }
    if (!all) agenda_.begin_survey(true);
  }

  void change(Setting setting) {
    // Two runners must not come to work on one spool.
    setting.config.delivery.spool = setting_.config.delivery.spool;
    setting_ = std::move(setting);
    allow_children();
    agenda_.set_rules(rules());
    heed_accounts();
  }

  /// Each child brings the message that it has to its end; nothing new is begun.
  void end() {
    agenda_.close();
    crew_.end();
    while (!crew_.empty()) {
      int status = 0;
      if (const pid_t pid = waitpid(-1, &status, 0); pid > 0) forget(pid, status);
    }
  }

  bool is_idle() const {
    return crew_.at_work() == 0 && !agenda_.has_waiting() && !agenda_.is_behind(Moment::now());
  }
  /// At every name once.
  bool has_looked() const { return has_looked_; }
  bool has_passed_over() const { return agenda_.has_passed_over(); }
  /// The first directory that could not be read then.
  const base::Result<void>& trouble() const { return trouble_; }

 private:
  AgendaRules rules() const {
    const auto& delivery = setting_.config.delivery;
    AgendaRules out{delivery.lifetime, delivery.delay_warning, once_, setting_.config.lines};
    out.lines.patient = !once_;
    out.lines.errands =
        std::min(out.lines.per_user,
                 std::max<std::size_t>(1, most_errands(setting_.config.places.deliveries) * 3 / 4));
    return out;
  }

  /// Each has a socket here.
  void allow_children() const {
    const auto& places = setting_.config.places;
    (void)proc::allow_files(places.deliveries + places.hanging + spare_files);
  }

  /// Other children know what is true now, and what waits for a host may have another one.
  void heed_accounts() {
    crew_.replace();
    agenda_.begin_review();
    generation_ = setting_.accounts.generation();
  }

  bool is_here(std::string_view domain) const {
    return domain.empty() || setting_.accounts.policy().is_local_domain(domain);
  }
  std::string line_to(const std::string& domain) const {
    const auto destination = setting_.accounts.policy().destination_of(domain);
    return destination ? destination->name : domain;
  }

  std::optional<std::string> line_of(const spool::Entry& entry) const {
    const auto& policy = setting_.accounts.policy();
    if (entry.destination != "local" && !is_here(entry.destination)) return line_to(entry.destination);
    const auto whose = spool::Queue(setting_.config.delivery.spool).first_to_do(entry, 2);
    if (!whose && whose.error().code == base::Exit::no_input) return std::nullopt;
    if (!whose || whose->empty()) return local_line();
    const std::string domain(smtp::domain_of(whose->front()));
    if (whose->size() == 1 && !is_here(domain)) return line_to(domain);
    const auto lane = lane_of(policy, whose->front());
    return whose->size() == 1 ? lane : shared_lane(lane);
  }

  /// Of the first recipient who is not here.
  std::optional<std::string> line_elsewhere(const spool::Entry& entry) const {
    const auto whose = spool::Queue(setting_.config.delivery.spool).first_to_do(entry, SIZE_MAX);
    if (!whose) return std::nullopt;
    for (const auto& address : *whose) {
      const std::string domain(smtp::domain_of(address));
      if (!is_here(domain)) return line_to(domain);
    }
    return std::nullopt;
  }

  /// At first at everything, where there is only one time: what goes to one place goes together.
  void look(const Moment& now) {
    do {
      const auto looked = agenda_.look(now);
      if (!looked) proc::log("-", "trouble", {{"reason", looked.error().what}});
      if (!looked && trouble_ && !has_looked_) trouble_ = looked;
    } while (once_ && agenda_.is_surveying());
    has_looked_ = has_looked_ || !agenda_.is_surveying();
  }

  void hear_renamed(const Moment& now) {
    for (std::size_t i = 0; i < renamed_at_once && !renamed_.empty(); ++i) {
      agenda_.hear(renamed_.front(), now);
      renamed_.pop_front();
    }
  }

  void see_to_times(const Moment& now) {
    // A clock that was set back makes neither of them wait longer than it ever should.
    next_survey_ = std::min(next_survey_, now.seconds + survey_interval);
    next_retirement_ = std::min(next_retirement_, now.seconds + retirement_interval);
    if (now.seconds >= next_survey_) {
      if (next_survey_ > 0 && !once_) agenda_.begin_survey(false);
      agenda_.tidy(now);
      next_survey_ = now.seconds + survey_interval;
    }
    if (!crew_.has_idle()) {
      next_retirement_ = now.seconds + retirement_interval;
    } else if (now.seconds >= next_retirement_) {
      crew_.retire(false);
      next_retirement_ = now.seconds + retirement_interval;
    }
  }

  int timeout(const Moment& now) const {
    if (!renamed_.empty()) return 0;
    auto seconds = has_failed_ ? std::min(next_survey_, now.seconds + failure_interval) : next_survey_;
    if (crew_.has_idle()) seconds = std::min(seconds, next_retirement_);
    const auto most = seconds > now.seconds ? (seconds - now.seconds) * 1000 : 0;
    return static_cast<int>(std::min(agenda_.wait(now).value_or(most), most));
  }

  void finish(const Batch& batch, const std::optional<BatchReport>& report, int signal) {
    if (report) {
      agenda_.finish(batch, *report, Moment::now());
    } else {
      agenda_.child_died(batch, signal, Moment::now());
    }
  }

  void forget(pid_t pid, int status) {
    late_close_.ended(pid);
    crew_.forget(pid, status);
  }

  /// In the child.
  BatchReport deliver(const Batch& batch) {
    if (!delivering_) delivering_.emplace(setting_.config, setting_.accounts.policy(), late_close_);
    return delivering_->deliver(batch);
  }
  void rest() {
    if (delivering_) delivering_->rest();
  }

  Setting setting_;
  bool once_;
  LateClose late_close_;
  Agenda agenda_;
  Crew crew_;
  std::optional<Delivering> delivering_;  // in a child
  std::uint64_t generation_ = 0;          // of the accounts that the children know
  Moment now_ = {};                       // when this last looked what is to be done
  std::deque<spool::Entry> renamed_;      // said to have another time than that of its arrival
  std::uint64_t next_survey_ = 0;         // seconds since 1970
  std::uint64_t next_retirement_ = 0;
  bool has_looked_ = false;
  bool has_failed_ = false;  // to start a child, this time
  base::Result<void> trouble_;
};

/// Nothing is asked that has nothing to say: this runs with every message.
Signals::Heard hear(Signals& signals, const pollfd& waiting) {
  return waiting.revents != 0 ? signals.hear() : Signals::Heard();
}

}  // namespace

base::Result<void> run_queue(Setting setting) {
  TRY_ASSIGN(auto signals, Signals::block());
  TRY_ASSIGN(auto late_close, LateClose::start());
  setting.config.delivery.once = true;
  Runner runner(std::move(setting), std::move(late_close), true);
  TRY(runner.go_on());
  while (!runner.is_idle()) {
    std::vector<pollfd> waiting = {{signals.descriptor(), POLLIN, 0}};
    runner.wait(waiting);
    const auto heard = hear(signals, waiting[0]);
    if (heard.child) runner.bury();
    if (heard.end) {
      runner.end();
      return {};
    }
    TRY(runner.go_on());
  }
  runner.end();
  TRY(runner.trouble());
  if (!runner.has_passed_over()) return {};
  return base::fail(base::Exit::temporary, "something due is in another's hand: it is still in the queue");
}

base::Result<void> run_queue_for_ever(Setting setting, const Reload& reload) {
  TRY_ASSIGN(auto wakes, Wakes::listen(setting.config.delivery.spool));
  TRY_ASSIGN(auto signals, Signals::block());
  TRY_ASSIGN(auto late_close, LateClose::start());
  Runner runner(std::move(setting), std::move(late_close), false);
  const auto log = [](const base::Error& error) { proc::log("-", "trouble", {{"reason", error.what}}); };
  while (true) {
    if (const auto gone_on = runner.go_on(); !gone_on) log(gone_on.error());
    if (!runner.has_looked() && !runner.trouble()) break;
    std::vector<pollfd> waiting = {{wakes.pipe(), POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
    runner.wait(waiting);
    const auto heard = hear(signals, waiting[1]);
    if (heard.child) runner.bury();
    if (heard.end) break;
    if (heard.reload) {
      auto setting_now = reload();
      if (!setting_now) log(setting_now.error());
      if (setting_now) runner.change(std::move(*setting_now));
      if (setting_now) proc::log("-", "configuration-read", {});
    }
    if (waiting[0].revents != 0) runner.hear(wakes.hear());
  }
  runner.end();
  return runner.trouble();
}

}  // namespace serve

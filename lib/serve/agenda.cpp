#include "serve/agenda.hpp"

#include <algorithm>
#include <chrono>

#include "proc/log.hpp"
#include "serve/clock.hpp"
#include "serve/delivery_times.hpp"
#include "serve/pauses.hpp"
#include "spool/reading.hpp"
#include "spool/selection.hpp"

namespace serve {

namespace {

constexpr std::size_t names_at_once = 1000;
constexpr std::size_t due_at_once = 200;
// Seconds; a due time beyond it is a wrong clock's. FUTURERELEASE may ask for thirty days.
constexpr std::uint64_t longest_wait = 31 * 86'400;
constexpr std::size_t spare_names = 1'000'000;  // of destinations, before they are gathered anew

}  // namespace

Moment Moment::now() {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(steady).count();
  return {now_seconds(), static_cast<std::uint64_t>(milliseconds)};
}

Agenda::Agenda(const std::string& spool, AgendaRules rules, LineOf line_of)
    : rules_(std::move(rules)),
      line_of_(std::move(line_of)),
      queue_(spool),
      survey_(spool),
      lines_(rules_.lines) {}

void Agenda::set_rules(AgendaRules rules) {
  const bool same = rules.lifetime == rules_.lifetime && rules.delay_warning == rules_.delay_warning;
  rules_ = std::move(rules);
  lines_.set_limits(rules_.lines);
  if (!same) begin_review();
}

base::Result<void> Agenda::look(const Moment& now) {
  TRY_ASSIGN(auto found, survey_.step(names_at_once, destinations_));
  if (found) put_in(std::move(*found), now);
  return {};
}

void Agenda::admit(const Moment& now) {
  lines_.catch_up();
  lines_.wake_up(now.milliseconds);
  if (now.seconds >= next_left_) take_back_left(now);
  for (std::size_t i = 0; i < due_at_once && schedule_.next_due().value_or(UINT64_MAX) <= now.seconds; ++i)
    place(schedule_.take(), now);
  if (reviewed_ < ById<Known>::tables) review(reviewed_++, now);
}

/// Routes may be others now, and the times when something is urgent. Nothing holds what waits in lines of
/// this host but its own users.
void Agenda::review(std::size_t table, const Moment& now) {
  std::vector<std::uint64_t> wrong;
  known_.each_of(table, [&](Known& known) {
    if (known.at_work) return;
    if (!is_local(*known.line) && line_for(known) != *known.line) wrong.push_back(known.record.id);
    const auto urgent = urgency(known.record);
    if (urgent != known.waits.urgent) lines_.change_urgency(*known.line, known.waits, urgent);
    known.waits.urgent = urgent;
  });
  for (const auto id : wrong) place_anew(id, now);
}

std::optional<std::string> Agenda::line_for(const Known& known) const {
  const auto entry = to_entry(known.record, destinations_);
  if (known.lanes.empty()) return line_of_(entry, Whither::all);
  return is_local(known.lanes.front()) ? known.lanes.front() : line_of_(entry, Whither::elsewhere);
}

void Agenda::place_anew(std::uint64_t id, const Moment& now) {
  auto known = *known_.take(id);
  lines_.withdraw(*known.line, known.waits, now.milliseconds);
  const auto line = line_for(known);
  if (!line) known.lanes.clear();
  if (!known.lanes.empty()) known.lanes.front() = *line;
  place(known.record, now, std::move(known.lanes));
}

/// A name that it no longer bears may be the one that it waits with, or is left alone with: then the new one
/// counts, or it would be forgotten with the old. True: it is not to be put anywhere.
bool Agenda::is_known(const spool::Record& record) {
  if (const auto left = left_.find(record.id); left != left_.end()) {
    if (left->second.record == record || !is_there(record)) return true;
    left_.erase(left);
  }
  auto* const known = known_.find(record.id);
  if (known == nullptr) return false;
  if (known->record == record || !is_there(record)) return true;
  known->record = record;
  known->called = known->at_work;
  return true;
}

void Agenda::put_in(spool::Survey::Found found, const Moment& now) {
  std::vector<spool::Record> wrong;
  std::erase_if(found.records, [&](const spool::Record& record) {
    if (record.due() == spool::held_due || is_known(record)) return true;
    const bool far = record.due() > now.seconds && !is_later(record, now);
    if (far) wrong.push_back(record);
    return far;
  });
  schedule_.merge(found.part, std::move(found.records));
  for (const auto& record : wrong) place(record, now);
}

bool Agenda::is_behind(const Moment& now) const {
  return survey_.is_going() || reviewed_ < ById<Known>::tables || lines_.is_behind() ||
         schedule_.next_due().value_or(UINT64_MAX) <= now.seconds;
}

bool Agenda::has_passed_over() const {
  return std::any_of(left_.begin(), left_.end(), [](const auto& one) { return one.second.may_be_called; });
}

void Agenda::enter(const spool::Record& record, const Moment& now) {
  if (record.due() == spool::held_due) return;
  if (is_later(record, now)) {
    schedule_.add(record);
  } else {
    place(record, now);
  }
}

void Agenda::place(const spool::Record& record, const Moment& now, Lanes lanes) {
  if (closed_ || is_known(record)) return;
  // A full line, of one whose programs hang or of a host with a pause, holds nobody who could be served now;
  // nor does one that is not full yet, as far as anybody knows.
  std::stable_partition(lanes.begin(), lanes.end(),
                        [&](const auto& lane) { return !lines_.is_slow(lane, now.milliseconds); });
  const auto free = std::find_if(lanes.begin(), lanes.end(),
                                 [&](const auto& lane) { return lines_.is_free(lane, now.milliseconds); });
  if (free != lanes.end()) std::rotate(lanes.begin(), free, free + 1);
  const auto line = lanes.empty() ? line_of_(to_entry(record, destinations_), Whither::all) : lanes.front();
  if (!line) return;
  const Waiting waits = {record.due(), record.id, Waiting::never, record.due() > record.received()};
  known_.put(record.id, {record, waits, false, false, std::move(lanes)});
  wait_in(*line, *known_.find(record.id), now);
}

void Agenda::wait_in(const std::string& line, Known& known, const Moment& now) {
  known.waits.urgent = urgency(known.record);
  known.line = &lines_.add(line, known.waits, now.milliseconds);
  if (rules_.once || !lines_.is_paused(line, now.milliseconds)) return;
  // Only its file says so; few have to be read, as a host in trouble has a pause soon.
  const auto message = open_unchecked(queue_, to_entry(known.record, destinations_));
  const auto deadline = message ? deadline_of(message->envelope) : std::nullopt;
  if (deadline && known.record.due() <= *deadline) deadlines_.emplace(*deadline, known.record.id);
}

void Agenda::hear(const spool::Entry& entry, const Moment& now) {
  // First of all: whoever may knock may say names for ever, and each new destination would be remembered.
  if (closed_ || !queue_.find(spool::file_name(entry))) return;
  const auto record = to_record(entry, destinations_);
  if (!record) return;
  if (const auto left = left_.find(record->id); left != left_.end()) {
    if (!left->second.may_be_called && left->second.record == *record) return;
    left_.erase(left);
  }
  // What bears another time than that of its arrival was renamed: an operator wants it to be tried.
  const bool wanted =
      record->due() != record->received() && record->due() != spool::held_due && !is_later(*record, now);
  if (auto* const known = known_.find(record->id)) {
    known->record = *record;
    known->called = known->at_work;
    // Its line may have been that of another host, before somebody has mended the route.
    if (wanted && !known->at_work) place_anew(record->id, now);
  } else {
    enter(*record, now);
  }
  if (const auto* const known = wanted ? known_.find(record->id) : nullptr)
    lines_.lift(*known->line, now.milliseconds);
}

bool Agenda::is_later(const spool::Record& record, const Moment& now) {
  return record.due() > now.seconds && record.due() <= now.seconds + longest_wait;
}

bool Agenda::is_there(const spool::Record& record) const {
  return queue_.find(spool::file_name(to_entry(record, destinations_))).has_value();
}

std::uint64_t Agenda::urgency(const spool::Record& record) const {
  const auto received = record.received();
  const auto tried = record.due() > received ? record.due() - received : 0;
  auto out = tried <= rules_.lifetime ? received + rules_.lifetime : Waiting::never;
  const auto warning = rules_.delay_warning;
  if (warning > 0 && tried <= warning) out = std::min(out, received + warning);
  return out;
}

bool Agenda::goes_alone(std::uint64_t id) const {
  const auto* const known = known_.find(id);
  return alone_.contains(id) || (known != nullptr && !known->lanes.empty());
}

void Agenda::put_to_work(Known& known, Batch& batch) const {
  known.at_work = true;
  batch.alone = !known.lanes.empty();
  if (batch.alone) batch.behind.assign(known.lanes.begin() + 1, known.lanes.end());
  batch.entries.push_back(to_entry(known.record, destinations_));
}

/// In spite of the pause of its line, and alone.
std::optional<Batch> Agenda::next_late(const Moment& now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.seconds) {
    const auto id = deadlines_.begin()->second;
    deadlines_.erase(deadlines_.begin());
    auto* const known = known_.find(id);
    if (known == nullptr || known->at_work) continue;
    const auto record = known->record;
    if (record.due() == spool::held_due || is_later(record, now) || !is_there(record)) continue;
    if (!lines_.take_late(*known->line, known->waits, now.milliseconds)) continue;
    Batch out{*known->line, {}, true};
    put_to_work(*known, out);
    return out;
  }
  return std::nullopt;
}

std::optional<Batch> Agenda::next(Way way, const Moment& now) {
  if (way == Way::doubtful) {
    if (auto late = next_late(now)) return late;
  }
  const Lines::Traits traits = {now.seconds, [&](std::uint64_t id) { return goes_alone(id); }};
  while (const auto share = lines_.next(way, now.milliseconds, traits)) {
    Batch out{share->line, {}, share->whole, share->first};
    for (const auto id : share->ids) {
      auto* const known = known_.find(id);
      const auto record = known->record;
      // Held, put off, or removed meanwhile.
      if (record.due() == spool::held_due || is_later(record, now) || !is_there(record)) {
        known_.erase(id);
        if (is_later(record, now)) schedule_.add(record);
        continue;
      }
      put_to_work(*known, out);
    }
    if (!out.entries.empty()) return out;
    lines_.finish(share->line, Fortune::unknown, now.milliseconds);
  }
  return std::nullopt;
}

void Agenda::give_back(const Batch& batch, const Moment& now) {
  finish(batch, {}, now);
}

bool Agenda::release(const spool::Entry& entry, const Moment& now) {
  const auto record = to_record(entry, destinations_);
  const auto known = known_.take(record->id);
  if (!known) return false;
  if (known->called && known->record != *record) {
    if (is_there(known->record)) enter(known->record, now);
    return false;
  }
  if (!is_there(*record)) return false;
  if (known->called) enter(*record, now);
  return !known->called;
}

void Agenda::finish(const Batch& batch, const BatchReport& report, const Moment& now) {
  std::vector<Known*> untouched;
  for (std::size_t i = 0; i < batch.entries.size(); ++i) {
    const auto record = to_record(batch.entries[i], destinations_);
    auto* const known = known_.find(record->id);
    if (i >= report.begun && !closed_ && known != nullptr) {
      known->at_work = known->called = false;
      untouched.push_back(known);
      continue;
    }
    alone_.erase(record->id);
    const auto left = std::find_if(report.left.begin(), report.left.end(),
                                   [&](const auto& one) { return one.first == batch.entries[i]; });
    // What its mail may have been delivered of, and nothing could be written, must not go at every look.
    if (!release(batch.entries[i], now) || i >= report.begun) continue;
    const auto is_in = [&](const auto& all) {
      return std::find(all.begin(), all.end(), batch.entries[i]) != all.end();
    };
    if (left != report.left.end()) {
      place(*record, now, left->second);
    } else if (is_in(report.damaged)) {
      leave(*record, now.seconds + pause_after_damage(*record, now.seconds), false);
    } else {
      const bool failed = is_in(report.failed);
      const auto pause = failed ? pause_after_failure : pause_after_nothing(*record, now.seconds);
      leave(*record, now.seconds + pause, !failed);
    }
  }
  for (const auto& entry : report.deferred) {
    const auto record = to_record(entry, destinations_);
    if (record && !rules_.once && !known_.contains(record->id)) enter(*record, now);
  }
  lines_.finish(batch.line, report.fortune, now.milliseconds);
  for (auto* const known : untouched) {
    // The host in trouble may be one of routes that are no more.
    const auto line = report.fortune == Fortune::trouble ? line_for(*known) : std::nullopt;
    wait_in(line.value_or(batch.line), *known, now);
  }
}

/// Which of its messages it was, if any, shows when each goes by itself.
void Agenda::child_died(const Batch& batch, int signal, const Moment& now) {
  const auto number = std::to_string(signal);
  for (const auto& entry : batch.entries) {
    const auto record = to_record(entry, destinations_);
    const auto* const known = known_.find(record->id);
    const auto lanes = known == nullptr ? Lanes() : known->lanes;
    if (!release(entry, now) || closed_) continue;
    if (alone_.insert(record->id).second) {
      proc::log(entry.id, "child-died", {{"signal", number}});
      place(*record, now, lanes);
    } else {
      const auto pause = std::to_string(pause_after_failure);
      proc::log(entry.id, "child-died", {{"signal", number}, {"left-for", pause}});
      leave(*record, now.seconds + pause_after_failure, false);
    }
  }
  lines_.finish(batch.line, Fortune::unknown, now.milliseconds);
  // It may have put something off, and nobody knows until when.
  if (!rules_.once) survey_.begin(false);
}

void Agenda::leave(const spool::Record& record, std::uint64_t until, bool may_be_called) {
  left_.insert_or_assign(record.id, Left{record, until, may_be_called});
  next_left_ = std::min(next_left_, until);
}

void Agenda::take_back_left(const Moment& now) {
  next_left_ = UINT64_MAX;
  std::vector<spool::Record> back;
  std::erase_if(left_, [&](const auto& one) {
    const auto& left = one.second;
    if (left.until <= now.seconds) back.push_back(left.record);
    if (left.until > now.seconds) next_left_ = std::min(next_left_, left.until);
    return left.until <= now.seconds;
  });
  for (const auto& record : back) {
    if (is_there(record)) enter(record, now);
  }
}

std::optional<std::uint64_t> Agenda::wait(const Moment& now) const {
  if (is_behind(now)) return 0;
  std::optional<std::uint64_t> out;
  const auto sooner = [&](std::uint64_t milliseconds) {
    out = std::min(out.value_or(UINT64_MAX), milliseconds);
  };
  const auto until = [&](std::uint64_t seconds) {
    sooner(seconds > now.seconds ? (seconds - now.seconds) * 1000 : 0);
  };
  if (const auto due = schedule_.next_due()) until(*due);
  if (next_left_ != UINT64_MAX) until(next_left_);
  // One that is over waits for a child.
  const auto deadline = deadlines_.lower_bound({now.seconds + 1, 0});
  if (deadline != deadlines_.end()) until(deadline->first);
  const auto time = lines_.next_time(deadline != deadlines_.begin());
  if (time) sooner(std::max(*time, now.milliseconds) - now.milliseconds);
  return out;
}

void Agenda::tidy(const Moment& now) {
  lines_.tidy(now.milliseconds);
  const auto used = schedule_.size() + known_.size() + left_.size();
  if (survey_.is_going() || destinations_.size() < 2 * used + spare_names) return;
  spool::Destinations all;
  const auto changed = [&](const spool::Record& record) {
    return to_record(to_entry(record, destinations_), all).value_or(record);
  };
  schedule_.renumber(changed);
  known_.each([&](Known& known) { known.record = changed(known.record); });
  for (auto& [id, left] : left_) left.record = changed(left.record);
  destinations_ = std::move(all);
}

void Agenda::close() {
  closed_ = true;
  deadlines_.clear();
  lines_.clear();
}

}  // namespace serve

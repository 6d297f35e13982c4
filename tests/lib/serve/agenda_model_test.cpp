// Whatever writers, operators and children do, no message is given to two of them, none that is held or not
// due is given to any, and in the end each has gone.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "serve/agenda.hpp"
#include "spool/id.hpp"
#include "spool/selection.hpp"
#include "talk.hpp"

namespace agenda_model_test {
namespace {

using serve::Fortune;
using serve::Way;

class Site {
 public:
  /// `words_are_lost`: some names are not said, and a survey has to find them.
  Site(unsigned seed, bool words_are_lost) : random_(seed), words_are_lost_(words_are_lost) {
    for (const char digit : std::string_view("0123456789abcdef"))
      std::filesystem::create_directories(directory_.path() + "/queue/" + digit);
  }

  void act() {
    switch (below(17)) {
      case 0:
      case 1:
      case 2:
        return put();
      case 3:
        return rename();
      case 4:
        return remove();
      case 5:
      case 6:
      case 7:
      case 8:
        return give();
      case 9:
      case 10:
      case 11:
      case 12:
        return come_back(true);
      case 13:
        return pass(below(10) == 0 ? 10'000 : below(100));
      case 14:
        return change();
      case 15:
        // As a writer does when a child has come too early.
        if (const auto* const entry = any()) agenda_.hear(*entry, now_);
        return;
      default:
        agenda_.tidy(now_);
        if (words_are_lost_ && below(4) == 0) agenda_.begin_survey(below(2) == 0);
    }
  }

  /// Everything is released and delivered.
  void end() {
    while (!out_.empty()) come_back(false);
    for (auto& [id, entry] : there_)
      if (entry.due == spool::held_due) move(entry, 1, true);
    if (words_are_lost_) {
      pass(10);
      agenda_.begin_survey(true);
    }
    for (int day = 0; day < 40 && (!there_.empty() || agenda_.has_waiting()); ++day) {
      pass(86'400);
      while (true) {
        const auto before = out_.size();
        for (int i = 0; i < 12; ++i) give();
        if (out_.size() == before) break;
        while (!out_.empty()) come_back(false);
      }
    }
    ASSERT_TRUE(there_.empty()) << there_.size() << " are left, one of them "
                                << spool::file_name(there_.begin()->second);
    ASSERT_FALSE(agenda_.has_waiting());
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }

  void say(const spool::Entry& entry) {
    if (!words_are_lost_ || below(3) != 0) agenda_.hear(entry, now_);
  }

  void put() {
    const spool::Entry entry = {
        now_.seconds,
        spool::make_id(now_.seconds * 1'000'000 + ++count_, static_cast<std::uint32_t>(random_())),
        "host-" + std::to_string(below(4)) + ".test"};
    std::ofstream(queue_.path(entry)) << "x";
    there_[entry.id] = entry;
    say(entry);
  }

  /// Also one that a child has been given, but has not taken up.
  spool::Entry* any() {
    if (there_.empty()) return nullptr;
    return &std::next(there_.begin(), static_cast<std::ptrdiff_t>(below(there_.size())))->second;
  }

  /// Under the name by which a child was given it.
  bool is_there(const spool::Entry& entry) const {
    const auto found = there_.find(entry.id);
    return found != there_.end() && found->second == entry;
  }

  void move(spool::Entry& entry, std::uint64_t due, bool said) {
    entry = queue_.defer(entry, due).value();
    if (said) agenda_.hear(entry, now_);
  }

  void rename() {
    auto* const entry = any();
    if (entry == nullptr) return;
    const std::uint64_t dues[] = {spool::held_due, now_.seconds - below(3), now_.seconds + 1 + below(1000)};
    move(*entry, dues[below(3)], !words_are_lost_ || below(3) != 0);
  }

  void remove() {
    const auto* const entry = any();
    if (entry == nullptr) return;
    ASSERT_TRUE(queue_.remove(*entry));
    there_.erase(std::string(entry->id));
  }

  void give() {
    look();
    const auto batch = agenda_.next(serve::every_way[below(serve::ways)], now_);
    if (!batch) return;
    ASSERT_FALSE(batch->entries.empty());
    for (const auto& entry : batch->entries) {
      ASSERT_TRUE(is_there(entry)) << spool::file_name(entry);
      ASSERT_LE(entry.due, now_.seconds);
      ASSERT_TRUE(with_child_.insert(entry.id).second) << spool::file_name(entry);
    }
    ASSERT_TRUE(!batch->alone || batch->entries.size() == 1);
    out_.push_back(*batch);
  }

  /// What a child does to one message.
  void treat(const spool::Entry& entry, const serve::Lanes& behind, serve::BatchReport& report) {
    if (!is_there(entry)) return;
    switch (below(10)) {
      case 0:
        return report.failed.push_back(entry);
      case 1:
        return report.damaged.push_back(entry);
      case 2:
        return;
      case 3:
      case 4:
        move(there_[entry.id], now_.seconds + 1 + below(5000), false);
        return report.deferred.push_back(there_[entry.id]);
      case 5:
      case 6:
        if (behind.empty()) return;
        return report.left.push_back({entry, behind});
      default:
        take(entry);
    }
  }

  void take(const spool::Entry& entry) {
    if (!is_there(entry)) return;
    ASSERT_TRUE(queue_.remove(entry));
    there_.erase(entry.id);
  }

  /// `tries`: with any report, or none; else all of it is delivered.
  void come_back(bool tries) {
    if (out_.empty()) return;
    const auto at = out_.begin() + static_cast<std::ptrdiff_t>(below(out_.size()));
    const auto batch = *at;
    out_.erase(at);
    for (const auto& entry : batch.entries) with_child_.erase(entry.id);
    // A survey follows.
    if (tries && words_are_lost_ && below(20) == 0) return agenda_.child_died(batch, 9, now_);
    serve::BatchReport report;
    report.fortune = tries ? static_cast<Fortune>(below(3)) : Fortune::good;
    report.begun = tries ? below(batch.entries.size() + 1) : batch.entries.size();
    const serve::Lanes lanes = {"@a\terrands", "host-1.test", "@b\terrands"};
    for (std::size_t i = 0; i < report.begun; ++i) {
      if (tries) {
        treat(batch.entries[i], batch.alone ? batch.behind : lanes, report);
      } else {
        take(batch.entries[i]);
      }
    }
    agenda_.finish(batch, report, now_);
  }

  void pass(std::uint64_t seconds) {
    now_.seconds += seconds;
    now_.milliseconds += seconds * 1000;
    look();
  }

  void look() {
    ASSERT_TRUE(agenda_.look(now_));
    agenda_.admit(now_);
    for (int i = 0; i < 2000 && agenda_.is_behind(now_) && below(50) != 0; ++i) {
      ASSERT_TRUE(agenda_.look(now_));
      agenda_.admit(now_);
    }
  }

  void change() {
    if (below(2) == 0) {
      routes_[below(4)] = below(4);
      agenda_.begin_review();
      return;
    }
    serve::AgendaRules rules;
    rules.lifetime = 1000 * (1 + below(500));
    agenda_.set_rules(rules);
  }

  std::optional<std::string> line_of(const spool::Entry& entry) {
    if (!queue_.find(spool::file_name(entry))) return std::nullopt;
    const auto host = routes_[static_cast<std::size_t>(entry.destination[5] - '0')];
    return host == 0 ? "@a" : "host-" + std::to_string(host) + ".test";
  }

  Directory directory_;
  std::mt19937 random_;
  bool words_are_lost_;
  spool::Queue queue_ = spool::Queue(directory_.path());
  serve::Moment now_ = {1'800'000'000, 1'000'000};
  std::uint64_t count_ = 0;
  std::array<std::uint64_t, 4> routes_ = {0, 1, 2, 3};
  std::map<std::string, spool::Entry> there_;
  std::set<std::string> with_child_;
  std::vector<serve::Batch> out_;
  serve::Agenda agenda_ =
      serve::Agenda(directory_.path(), {},
                    [this](const spool::Entry& entry, serve::Agenda::Whither) { return line_of(entry); });
};

void live(unsigned seed, bool words_are_lost) {
  Site site(seed, words_are_lost);
  for (int i = 0; i < 2500 && !testing::Test::HasFatalFailure(); ++i) site.act();
  if (!testing::Test::HasFatalFailure()) site.end();
}

TEST(AgendaModel, WhatIsSaidIsNeverLostAndNeverWithTwo) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    live(seed, false);
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

TEST(AgendaModel, WhatNobodySaysIsFoundByASurvey) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    live(seed, true);
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace agenda_model_test

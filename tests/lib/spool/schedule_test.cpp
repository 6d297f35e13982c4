#include "spool/schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "spool/id.hpp"
#include "spool/selection.hpp"

namespace schedule_test {
namespace {

std::string id(std::uint32_t number) {
  return spool::make_id(1'700'000'000'000'000 + number, number);
}

TEST(Destinations, EachNameHasOneNumber) {
  spool::Destinations destinations;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t i = 0; i < 1000; ++i)
      EXPECT_EQ(destinations.number_of("host-" + std::to_string(i)), i);
  }
  EXPECT_EQ(destinations.size(), 1000u);
  EXPECT_EQ(destinations.name_of(0), "host-0");
  EXPECT_EQ(destinations.name_of(999), "host-999");
}

TEST(Destinations, GrowWithoutLosingAnyMeanwhile) {
  spool::Destinations destinations;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    ASSERT_EQ(destinations.number_of(std::to_string(i)), i);
    ASSERT_EQ(destinations.number_of(std::to_string(i / 2)), i / 2);
  }
  EXPECT_EQ(destinations.size(), 20'000u);
  EXPECT_EQ(destinations.name_of(12'345), "12345");
  EXPECT_EQ(destinations.number_of(std::string(256, 'x')), std::nullopt);
  EXPECT_EQ(destinations.number_of(std::string(255, 'x')), 20'000u);
  EXPECT_EQ(destinations.name_of(20'000), std::string(255, 'x'));
}

TEST(Record, IsTheEntryAgain) {
  spool::Destinations destinations;
  for (const std::uint64_t due : {std::uint64_t{0}, std::uint64_t{1'700'000'000}, spool::held_due}) {
    const spool::Entry entry = {due, id(7), "example.test"};
    const auto record = spool::to_record(entry, destinations);
    ASSERT_TRUE(record);
    EXPECT_EQ(to_entry(*record, destinations), entry);
    EXPECT_EQ(record->due(), due);
    EXPECT_EQ(record->received(), 1'700'000'000u);
    EXPECT_EQ(std::string(1, "0123456789abcdef"[record->bucket()]), spool::bucket(entry.id));
  }
}

TEST(Record, AnIdOf65BitsHasNone) {
  spool::Destinations destinations;
  EXPECT_TRUE(spool::to_record({1, "fvvvvvvvvvvvv", "x"}, destinations));
  EXPECT_FALSE(spool::to_record({1, "g000000000000", "x"}, destinations));
  EXPECT_FALSE(spool::to_record({1, "short", "x"}, destinations));
}

class ScheduleTest : public testing::Test {
 protected:
  spool::Record record(std::uint64_t due, std::uint32_t number) {
    return *spool::to_record({due, id(number), "x"}, destinations_);
  }
  std::vector<std::uint64_t> take_all() {
    std::vector<std::uint64_t> out;
    while (schedule_.next_due()) out.push_back(schedule_.take().due());
    return out;
  }
  spool::Destinations destinations_;
  spool::Schedule schedule_;
};

TEST_F(ScheduleTest, WhatIsDueFirstComesFirst) {
  EXPECT_EQ(schedule_.next_due(), std::nullopt);
  for (const std::uint64_t due : {5, 1, 4}) schedule_.add(record(due, 1));
  schedule_.merge(spool::Schedule::part_of(record(0, 2)), {record(3, 2), record(2, 2)});
  EXPECT_EQ(schedule_.next_due(), 1u);
  EXPECT_EQ(take_all(), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(ScheduleTest, WhatIsFoundAgainIsHereOnce) {
  const auto part = spool::Schedule::part_of(record(0, 3));
  schedule_.merge(part, {record(1, 3), record(2, 3)});
  schedule_.merge(part, {record(2, 3), record(1, 3), record(4, 3)});
  EXPECT_EQ(schedule_.size(), 3u);
  EXPECT_EQ(take_all(), (std::vector<std::uint64_t>{1, 2, 4}));
  EXPECT_EQ(schedule_.size(), 0u);
}

TEST_F(ScheduleTest, ANameThatIsSaidForEverTakesNoMemory) {
  for (int i = 0; i < 100'000; ++i) schedule_.add(record(9, 3));
  EXPECT_LT(schedule_.size(), 300u);
}

TEST_F(ScheduleTest, ManyComeInTheirOrder) {
  std::multiset<std::uint64_t> sorted;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::uint64_t due = i * 7919 % 10'007;
    sorted.insert(due);
    schedule_.add(record(due, i));
    if (i % 3 != 0) continue;
    EXPECT_EQ(schedule_.take().due(), *sorted.begin());
    sorted.erase(sorted.begin());
  }
  EXPECT_EQ(schedule_.size(), sorted.size());
  EXPECT_EQ(take_all(), std::vector<std::uint64_t>(sorted.begin(), sorted.end()));
}

TEST_F(ScheduleTest, NobodyIsHiddenByAPartThatIsEmptyAgain) {
  for (std::uint64_t first = 0; first < spool::Schedule::parts; first += 31) {
    for (std::uint64_t second = 0; second < spool::Schedule::parts; ++second) {
      const spool::Record early = {1 << 24, first}, late = {2 << 24, second};
      schedule_.add(early);
      schedule_.add(late);
      ASSERT_EQ(schedule_.take(), early);
      ASSERT_EQ(schedule_.next_due(), 2U) << first << " hides " << second;
      ASSERT_EQ(schedule_.take(), late);
    }
    schedule_ = {};
  }
}

/// What must be in a schedule, and how often it may be there at most: doubles are dropped at any time.
class Model {
 public:
  void add(const spool::Record& record) {
    sure_.insert(record);
    ++most_[record];
  }
  void take(const spool::Record& record) {
    ASSERT_TRUE(most_.contains(record));
    ASSERT_TRUE(sure_.empty() || record <= *sure_.begin());
    sure_.erase(record);
    if (--most_[record] == 0) most_.erase(record);
  }
  void renumber(const std::function<spool::Record(const spool::Record&)>& changed) {
    for (const auto& [record, count] : std::exchange(most_, {})) most_[changed(record)] += count;
    for (const auto& record : std::exchange(sure_, {})) sure_.insert(changed(record));
  }
  std::size_t least() const { return sure_.size(); }
  void expect_next(std::optional<std::uint64_t> due) const {
    ASSERT_TRUE(sure_.empty() || (due && *due <= sure_.begin()->due()));
    ASSERT_TRUE(!most_.empty() || !due);
  }

 private:
  std::set<spool::Record> sure_;
  std::map<spool::Record, std::size_t> most_;
};

class Doing {
 public:
  explicit Doing(unsigned seed) : random_(seed) {}
  void some() {
    // In turns it grows and shrinks, down to nothing, in many parts or in few.
    const auto growth = below(10);
    parts_ = below(2) == 0 ? 1 + below(3) : spool::Schedule::parts;
    for (int i = 0; i < 2000; ++i) {
      if (below(10) >= growth) {
        take();
      } else if (below(20) == 0) {
        merge();
      } else {
        add();
      }
      model_.expect_next(schedule_.next_due());
      if (testing::Test::HasFatalFailure()) return;
    }
    renumber();
    ASSERT_GE(schedule_.size(), model_.least());
  }
  void empty() {
    while (schedule_.next_due()) model_.take(schedule_.take());
    ASSERT_EQ(model_.least(), 0u);
    ASSERT_EQ(schedule_.size(), 0u);
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  spool::Record record(std::uint64_t part) {
    return {(below(100) << 24) | below(3), below(4) * spool::Schedule::parts + part};
  }
  void add() {
    const auto one = record(below(parts_));
    schedule_.add(one);
    model_.add(one);
  }
  void merge() {
    std::vector<spool::Record> found(below(20));
    const auto part = below(parts_);
    for (auto& one : found) model_.add(one = record(part));
    schedule_.merge(static_cast<unsigned>(part), found);
  }
  void take() {
    if (schedule_.next_due()) model_.take(schedule_.take());
  }
  void renumber() {
    const auto changed = [](const spool::Record& one) {
      return spool::Record{(one.due() << 24) | (one.destination() + 1) % 3, one.id};
    };
    schedule_.renumber(changed);
    model_.renumber(changed);
  }

  std::mt19937_64 random_;
  std::uint64_t parts_ = 1;
  spool::Schedule schedule_;
  Model model_;
};

TEST(Schedule, IsASortedSetWhateverIsDone) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Doing doing(seed);
    for (int i = 0; i < 30 && !testing::Test::HasFatalFailure(); ++i) doing.some();
    doing.empty();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
  }
}

TEST_F(ScheduleTest, DoublesOfOneNameLeaveTheOthersWhereTheyAre) {
  for (std::uint32_t i = 0; i < 100'000; ++i) schedule_.add(record(i, i));
  const auto before = schedule_.size();
  for (int i = 0; i < 1000; ++i) schedule_.add(record(9, 3));
  EXPECT_LT(schedule_.size(), before + 300);
}

TEST_F(ScheduleTest, DestinationsMayGetOtherNumbers) {
  schedule_.add(record(2, 1));
  schedule_.add(record(1, 2));
  spool::Destinations others;
  others.number_of("y");
  schedule_.renumber(
      [&](const spool::Record& old) { return *to_record(to_entry(old, destinations_), others); });
  EXPECT_EQ(to_entry(schedule_.take(), others), (spool::Entry{1, id(2), "x"}));
}

}  // namespace
}  // namespace schedule_test

#include "spool/schedule.hpp"

#include <gtest/gtest.h>

#include <set>

#include "spool/id.hpp"
#include "spool/selection.hpp"

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

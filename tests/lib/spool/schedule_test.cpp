#include "spool/schedule.hpp"

#include <gtest/gtest.h>

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
  schedule_.merge(record(0, 2).bucket(), {record(3, 2), record(2, 2)});
  EXPECT_EQ(schedule_.next_due(), 1u);
  EXPECT_EQ(take_all(), (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(ScheduleTest, WhatIsFoundAgainIsHereOnce) {
  const auto bucket = record(0, 3).bucket();
  schedule_.merge(bucket, {record(1, 3), record(2, 3)});
  schedule_.merge(bucket, {record(2, 3), record(1, 3), record(4, 3)});
  EXPECT_EQ(take_all(), (std::vector<std::uint64_t>{1, 2, 4}));
}

TEST_F(ScheduleTest, ANameThatIsSaidForEverTakesNoMemory) {
  for (int i = 0; i < 100'000; ++i) schedule_.add(record(9, 3));
  EXPECT_LT(schedule_.size(), 30'000u);
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

#include "serve/delivery_times.hpp"

#include <gtest/gtest.h>

namespace delivery_times_test {
namespace {

TEST(DeliveryTimes, ASenderMayAskForLessTimeThanThisHostTakes) {
  const struct {
    const char* parameters;
    std::uint64_t begins, expires, warns;
    bool returned_late;
  } rows[] = {
      {"", 1000, 6000, 1500, false},         {"BY=100;R", 1000, 1100, 1500, true},
      {"BY=100;N", 1000, 6000, 1100, false}, {"BY=-5;N", 1000, 6000, 1001, false},
      {"BY=9000;R", 1000, 6000, 1500, true}, {"HOLDUNTIL=1970-01-01T00:33:20Z", 2000, 7000, 2500, false},
  };
  for (const auto& row : rows) {
    spool::Envelope envelope;
    envelope.received = 1000;
    envelope.parameters = row.parameters;
    const auto got = serve::deadlines_of(envelope, 5000, 500);
    EXPECT_EQ(got.begins, row.begins) << row.parameters;
    EXPECT_EQ(got.expires, row.expires) << row.parameters;
    EXPECT_EQ(got.warns, row.warns) << row.parameters;
    EXPECT_EQ(got.returned_late, row.returned_late) << row.parameters;
  }
  spool::Envelope envelope;
  envelope.received = 1000;
  EXPECT_EQ(serve::deadlines_of(envelope, 5000, 0).warns, 0u);
}

TEST(DeliveryTimes, NothingIsDueBehindAMomentAtWhichThereIsSomethingToSay) {
  const serve::Deadlines deadlines = {1000, 5000, 6000, 1500, false};
  EXPECT_EQ(serve::in_time(1200, 1100, deadlines), 1200u);
  EXPECT_EQ(serve::in_time(2000, 1100, deadlines), 1500u);
  EXPECT_EQ(serve::in_time(2000, 1600, deadlines), 2000u);
  EXPECT_EQ(serve::in_time(9000, 1600, deadlines), 6000u);
}

TEST(DeliveryTimes, WhatTheSenderGaveItCountsFromWhenItCameOrWasToBeSent) {
  spool::Envelope envelope;
  envelope.received = 1000;
  const struct {
    const char* parameters;
    std::optional<std::uint64_t> wanted;
  } rows[] = {{"", std::nullopt}, {"BODY=8BITMIME", std::nullopt},
              {"BY=60;R", 1060},  {"RET=HDRS BY=60;N", 1060},
              {"BY=-5;N", 1001},  {"BY=x", std::nullopt}};
  for (const auto& row : rows) {
    envelope.parameters = row.parameters;
    EXPECT_EQ(serve::deadline_of(envelope), row.wanted) << row.parameters;
  }
}

}  // namespace
}  // namespace delivery_times_test

#include "serve/ways.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ways_test {
namespace {

using serve::Out;
using serve::Places;
using serve::Way;

std::size_t& of(std::array<std::size_t, serve::ways>& counts, Way way) {
  return counts[static_cast<std::size_t>(way)];
}

std::size_t sum(const Out& out) {
  std::size_t all = 0;
  for (const auto count : out.all) all += count;
  return all;
}

/// As many as there is room for; a second later all of them hang, but for local mail.
std::size_t fill(const Places& places, Way way, Out& out) {
  std::size_t given = 0;
  for (; places.has_room(way, out) && given < 5000; ++given) ++of(out.all, way);
  return given;
}
void hang(Way way, Out& out) {
  of(out.hanging, way) = of(out.all, way);
}

TEST(Places, HostsThatHangLeaveEveryOtherWayItsRoom) {
  const Places places = {20, 100};
  for (const auto way : {Way::unknown, Way::doubtful, Way::retried, Way::elsewhere}) {
    Out out;
    while (fill(places, way, out) > 0) hang(way, out);
    for (const auto other : serve::every_way)
      EXPECT_TRUE(other == way || places.has_room(other, out))
          << static_cast<int>(way) << " leaves nothing to " << static_cast<int>(other);
  }
}

TEST(Places, WhatHangsGivesItsPlaceToOthersUpToALimit) {
  const Places places = {20, 100};
  Out out;
  EXPECT_EQ(fill(places, Way::unknown, out), 11u);
  for (int second = 1; second <= 4; ++second) {
    hang(Way::unknown, out);
    EXPECT_EQ(fill(places, Way::unknown, out), 11u) << second;
  }
  hang(Way::unknown, out);
  EXPECT_EQ(fill(places, Way::unknown, out), 6u);
  hang(Way::unknown, out);
  EXPECT_EQ(fill(places, Way::unknown, out), 0u);
  EXPECT_EQ(sum(out), 61u);
}

TEST(Places, HostsThatAnswerFindRoomWhateverElseHangs) {
  for (std::size_t deliveries = 18; deliveries < 200; ++deliveries) {
    const Places places = {deliveries, 40};
    Out out;
    for (int i = 0; i < 30; ++i) {
      for (const auto way : {Way::errands, Way::unknown, Way::doubtful, Way::retried}) {
        fill(places, way, out);
        if (way != Way::errands) hang(way, out);
      }
    }
    EXPECT_TRUE(places.has_room(Way::elsewhere, out)) << deliveries;
    EXPECT_TRUE(places.has_room(Way::here, out)) << deliveries;
  }
}

TEST(Places, FewChildrenAreForAllOfThem) {
  for (std::size_t deliveries = 1; deliveries < 18; ++deliveries) {
    for (const auto way : {Way::unknown, Way::doubtful, Way::retried, Way::elsewhere}) {
      const Places places = {deliveries, 40};
      Out out;
      EXPECT_TRUE(places.has_room(way, out)) << deliveries;
      fill(places, way, out);
      hang(way, out);
      for (const auto other : serve::every_way)
        EXPECT_TRUE(places.has_room(other, out)) << deliveries << " " << static_cast<int>(other);
    }
  }
}

/// Whatever is asked in whatever order, and hangs or comes back as it likes.
TEST(Places, ThereAreNeverMoreThanDeliveriesAndThoseThatHang) {
  std::mt19937 random(7);
  for (const auto& places : {Places{1, 0}, Places{2, 9}, Places{5, 40}, Places{20, 100}, Places{33, 7}}) {
    Out out;
    for (int i = 0; i < 20'000; ++i) {
      const auto way = serve::every_way[random() % serve::ways];
      auto &all = of(out.all, way), &hanging = of(out.hanging, way);
      const bool is_host = way != Way::here && way != Way::errands;
      switch (random() % 8) {
        case 0:
          if (all > 0) hanging = std::min(hanging, --all);
          break;
        case 1:
          if (hanging > 0) --hanging;  // its host is back
          break;
        case 2:
          if (is_host) hanging = all;
          break;
        default:
          if (places.has_room(way, out)) ++all;
      }
      ASSERT_LE(sum(out), places.deliveries + places.hanging);
      ASSERT_LE(of(out.all, Way::here) + of(out.all, Way::errands), places.deliveries);
    }
  }
}

/// Both have more than there is room for; whoever is out comes back in turn.
TEST(Places, HostsInTroubleDoNotWaitForEverBehindWhatIsRetried) {
  const Places places = {20, 0};
  Out out;
  EXPECT_EQ(fill(places, Way::retried, out), 8u);
  for (int i = 0; i < 100; ++i) {
    --of(out.all, of(out.all, Way::retried) > 4 ? Way::retried : Way::doubtful);
    for (const auto way : serve::every_way)
      if (way == Way::doubtful || way == Way::retried) fill(places, way, out);
    ASSERT_GT(of(out.all, Way::doubtful), 0u);
  }
  EXPECT_EQ(of(out.all, Way::doubtful), 4u);
  EXPECT_EQ(of(out.all, Way::retried), 4u);
}

TEST(Places, AQuarterIsLocalMailsAlone) {
  const Places places = {20, 100};
  Out out;
  for (int i = 0; i < 100; ++i) {
    for (const auto way : serve::every_way) {
      if (way == Way::here) continue;
      fill(places, way, out);
      if (way != Way::errands) hang(way, out);
    }
  }
  EXPECT_EQ(fill(places, Way::here, out), 5u);
}

TEST(Places, ThereIsNoRoomForWhatHangsWhereNobodyWantsIt) {
  const Places places = {20, 0};
  Out out;
  EXPECT_EQ(fill(places, Way::unknown, out), 11u);
  hang(Way::unknown, out);
  EXPECT_EQ(fill(places, Way::unknown, out), 0u);
  EXPECT_EQ(fill(places, Way::elsewhere, out), 4u);
}

TEST(Places, AreShortWhenAQuarterOfThoseForHostsThatWereNeverAskedHang) {
  const Places places = {20, 100};
  Out out;
  of(out.all, Way::unknown) = 40;
  of(out.all, Way::retried) = of(out.hanging, Way::retried) = 100;
  of(out.hanging, Way::unknown) = 12;
  EXPECT_FALSE(places.is_short(out));
  of(out.hanging, Way::unknown) = 13;
  EXPECT_TRUE(places.is_short(out));
  of(out.hanging, Way::unknown) = 0;
  EXPECT_FALSE((Places{20, 0}.is_short(out)));
}

TEST(Places, ErrandsNeverHaveAll) {
  EXPECT_EQ(serve::most_errands(1), 1u);
  EXPECT_EQ(serve::most_errands(2), 1u);
  EXPECT_EQ(serve::most_errands(4), 2u);
  EXPECT_EQ(serve::most_errands(20), 11u);
}

}  // namespace
}  // namespace ways_test

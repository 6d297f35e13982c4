#include "serve/mta_sts_cache.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>

#include "serve/clock.hpp"
#include "talk.hpp"

namespace mta_sts_cache_test {
namespace {

const serve::StsRecord whole = {"7", 1000, "8", 2000, "sts-policy-invalid", "version: STSv1\nmode: none\n"};

std::set<std::string> names(const Directory& place) {
  std::set<std::string> out;
  for (const auto& one : std::filesystem::directory_iterator(place.path())) out.insert(one.path().filename());
  return out;
}

TEST(StsCache, RecordsAreText) {
  for (const auto& one : {serve::StsRecord{}, whole, serve::StsRecord{"", 0, "1", 5, "x", ""}})
    EXPECT_EQ(serve::parse_sts_record(serve::to_text(one)).value(), one);
  EXPECT_EQ(serve::to_text({"7", 1000, "", 0, "", "a: b\n"}), "id: 7\nfetched: 1000\n\na: b\n");
  for (const char* wrong : {"", "id: 7\n", "id: 7"}) EXPECT_FALSE(serve::parse_sts_record(wrong)) << wrong;
  EXPECT_EQ(serve::parse_sts_record("fetched: x\nnew\n\n").value(), serve::StsRecord{});
}

TEST(StsCache, KeepsOneFileADomain) {
  const Directory place;
  const serve::StsCache cache(place.path());
  EXPECT_EQ(cache.load("x.test"), serve::StsRecord{});
  ASSERT_TRUE(cache.store("x.test", whole));
  ASSERT_TRUE(cache.store("y.test", {}));
  EXPECT_EQ(cache.load("x.test"), whole);
  EXPECT_EQ(names(place), (std::set<std::string>{".counted", "x.test", "y.test"}));
  EXPECT_FALSE(serve::StsCache(place.path() + "/none").store("x.test", whole));
}

TEST(StsCache, WhatSaysNothingAnyMoreGoesOnceADay) {
  const Directory place;
  const serve::StsCache cache(place.path());
  constexpr std::uint64_t day = 86'400;
  const std::string policy = "version: STSv1\nmode: none\nmax_age: 200000\n";
  const std::uint64_t now = 4'000'000'000;
  ASSERT_TRUE(cache.store("held.test", {"1", now - 199'999, "", 0, "", policy}));
  ASSERT_TRUE(cache.store("old.test", {"1", now - 200'000, "", 0, "", policy}));
  ASSERT_TRUE(cache.store("tried.test", {"1", now - 200'000, "2", now - day + 1, "x", policy}));
  ASSERT_TRUE(cache.store("failed.test", {"", 0, "2", now - day, "x", ""}));
  ASSERT_TRUE(cache.store("future.test", {"1", now + 1, "", 0, "", policy}));
  ASSERT_TRUE(fs::open(place.path() + "/.12345", O_WRONLY | O_CREAT, 0644));
  std::filesystem::create_directory(place.path() + "/kept");
  ASSERT_TRUE(cache.tidy(now));
  EXPECT_EQ(names(place), (std::set<std::string>{".tidied", "held.test", "kept", "tried.test"}));
  ASSERT_TRUE(cache.tidy(now + day - 1));
  EXPECT_EQ(names(place).size(), 4u);
  ASSERT_TRUE(cache.tidy(now + day));
  EXPECT_EQ(names(place), (std::set<std::string>{".tidied", "kept"}));
}

TEST(StsCache, WhoWasNotAskedForLongestIsForgottenWhereThereAreTooMany) {
  const Directory place;
  const serve::StsCache cache(place.path(), 20);
  const auto name = [](int number) { return "d" + std::to_string(number) + ".test"; };
  const serve::StsRecord held = {"7", 1'000'000, "",
                                 0,   "",        "version: STSv1\nmode: none\nmax_age: 31557600\n"};
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(cache.store(name(i), held));
    const timespec used[] = {{0, UTIME_OMIT}, {1'000'000 + i, 0}};
    ASSERT_EQ(utimensat(AT_FDCWD, (place.path() + "/" + name(i)).c_str(), used, 0), 0);
  }
  // Whoever is there already needs no room.
  ASSERT_TRUE(cache.store(name(19), held));
  EXPECT_EQ(cache.load(name(0)), held);
  // To look whether it is too old is not to ask for it, even where the file system notes that it was read.
  ASSERT_TRUE(cache.tidy(2'000'000));
  for (int i = 0; i < 20; ++i) {
    const timespec read[] = {{4'000'000'000 - i, 0}, {0, UTIME_OMIT}};
    ASSERT_EQ(utimensat(AT_FDCWD, (place.path() + "/" + name(i)).c_str(), read, 0), 0);
  }
  ASSERT_TRUE(cache.store("new.test", whole));
  for (const int gone : {1, 2, 3})
    EXPECT_FALSE(std::filesystem::exists(place.path() + "/" + name(gone))) << gone;
  for (const int kept : {0, 4, 19})
    EXPECT_TRUE(std::filesystem::exists(place.path() + "/" + name(kept))) << kept;
  EXPECT_EQ(names(place).size(), 20u);
}

TEST(StsCache, AllAreLookedAtOnlyWhereThereMayBeTooMany) {
  const Directory place;
  const serve::StsCache cache(place.path(), 100);
  const auto store = [&](int number) { return cache.store("d" + std::to_string(number) + ".test", whole); };
  ASSERT_TRUE(store(0));
  // What nobody has said is not seen by the next, and is when it matters.
  for (int i = 1000; i < 1200; ++i)
    ASSERT_TRUE(fs::open(place.path() + "/d" + std::to_string(i) + ".test", O_WRONLY | O_CREAT, 0644));
  for (int i = 1; i < 100; ++i) ASSERT_TRUE(store(i));
  EXPECT_EQ(names(place).size(), 301u);
  ASSERT_TRUE(store(100));
  EXPECT_EQ(names(place).size(), 91u);
  for (int i = 101; i < 500; ++i) {
    ASSERT_TRUE(store(i));
    ASSERT_LE(names(place).size(), 101u);
  }
  // Another process that finds no count makes one.
  ASSERT_EQ(unlink((place.path() + "/.counted").c_str()), 0);
  ASSERT_TRUE(store(500));
  EXPECT_LE(names(place).size(), 101u);
}

TEST(StsCache, WhatAnotherIsJustWritingStays) {
  const Directory place;
  ASSERT_TRUE(fs::open(place.path() + "/.12345", O_WRONLY | O_CREAT, 0644));
  ASSERT_TRUE(serve::StsCache(place.path()).tidy(serve::now_seconds()));
  EXPECT_TRUE(std::filesystem::exists(place.path() + "/.12345"));
}

}  // namespace
}  // namespace mta_sts_cache_test

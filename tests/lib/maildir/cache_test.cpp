#include "maildir/cache.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "temporary.hpp"

namespace cache_test {
namespace {

std::string file_of(const Temporary& site) {
  return site.box() + "/tubepost-cache";
}

std::string get(const Temporary& site, std::uint32_t uid, char kind, std::uint32_t validity = 7) {
  maildir::Cache cache(site.box(), validity);
  const auto value = cache.get(uid, kind);
  return value ? std::string(*value) : "none";
}

void put(const Temporary& site, std::uint32_t uid, char kind, std::string_view value) {
  maildir::Cache cache(site.box(), 7);
  cache.put(uid, kind, value);
  cache.flush();
}

TEST(Cache, KeepsWhatIsPutByUidAndKind) {
  const Temporary site;
  EXPECT_EQ(get(site, 1, 'e'), "none");
  put(site, 2, 'e', "(two)");
  put(site, 1, 'e', "(\"a\nb\")");
  put(site, 1, 'b', "");
  EXPECT_EQ(get(site, 1, 'e'), "(\"a\nb\")");
  EXPECT_EQ(get(site, 1, 'b'), "");
  EXPECT_EQ(get(site, 2, 'e'), "(two)");
  EXPECT_EQ(get(site, 2, 'b'), "none");
  put(site, 2, 'e', "younger");
  EXPECT_EQ(get(site, 2, 'e'), "younger");
}

TEST(Cache, OfAnotherUidvalidityIsNoneAndIsBegunAnew) {
  const Temporary site;
  put(site, 1, 'e', "x");
  EXPECT_EQ(get(site, 1, 'e', 8), "none");
  maildir::Cache other(site.box(), 8);
  other.put(1, 'e', "y");
  other.flush();
  EXPECT_EQ(get(site, 1, 'e', 8), "y");
  EXPECT_EQ(get(site, 1, 'e'), "none");
}

TEST(Cache, NothingIsAppendedToOneOfAnotherUidvalidity) {
  const Temporary site;
  put(site, 1, 'e', "x");
  maildir::Cache old(site.box(), 7);
  EXPECT_TRUE(old.get(1, 'e'));
  old.put(2, 'e', "of the old");
  maildir::Cache other(site.box(), 8);
  other.put(1, 'e', "y");
  other.flush();
  old.flush();
  EXPECT_EQ(get(site, 2, 'e', 8), "none");
}

TEST(Cache, TwoWritersLoseNothingOfOneAnother) {
  const Temporary site;
  put(site, 9, 'e', "first");
  maildir::Cache one(site.box(), 7);
  maildir::Cache two(site.box(), 7);
  EXPECT_TRUE(one.get(9, 'e') && two.get(9, 'e'));
  one.put(1, 'e', "one");
  two.put(2, 'e', "two");
  one.flush();
  two.flush();
  EXPECT_EQ(*one.get(2, 'e'), "two");
  EXPECT_EQ(*two.get(1, 'e'), "one");
}

TEST(Cache, CutAnywhereOrDamagedItSaysNothingWrongAndIsMended) {
  const Temporary site;
  for (std::uint32_t uid = 1; uid <= 4; ++uid) put(site, uid, 'e', "value " + std::to_string(uid));
  std::ifstream stream(file_of(site));
  const std::string good((std::istreambuf_iterator<char>(stream)), {});
  const auto check = [&](const std::string& text) {
    std::filesystem::remove(file_of(site));
    std::ofstream(file_of(site)) << text;
    for (std::uint32_t uid = 1; uid <= 4; ++uid) {
      const auto value = get(site, uid, 'e');
      EXPECT_TRUE(value == "none" || value == "value " + std::to_string(uid)) << value;
    }
    put(site, 5, 'e', "new");
    EXPECT_EQ(get(site, 5, 'e'), "new") << text;
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    check(good.substr(0, i));
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    check(bad);
  }
}

TEST(Cache, TidyLeavesOutWhatIsGone) {
  const Temporary site;
  const std::string value(1000, 'v');
  {
    maildir::Cache cache(site.box(), 7);
    for (std::uint32_t uid = 1; uid <= 100; ++uid) cache.put(uid, 'e', value);
    cache.tidy([](std::uint32_t uid) { return uid > 20; });
    EXPECT_EQ(cache.get(20, 'e'), value);
    cache.tidy([](std::uint32_t uid) { return uid > 80; });
    EXPECT_EQ(cache.get(20, 'e'), std::nullopt);
    EXPECT_EQ(cache.get(81, 'e'), value);
  }
  EXPECT_LT(std::filesystem::file_size(file_of(site)), 25'000u);
}

TEST(Cache, WhatIsTooLongIsNotKept) {
  const Temporary site;
  put(site, 1, 'e', std::string(maildir::cached_value_limit + 1, 'x'));
  EXPECT_EQ(get(site, 1, 'e'), "none");
}

TEST(Cache, WhatAnotherIsJustWritingIsTakenUpWhenItsEndIsThere) {
  const Temporary site;
  put(site, 1, 'e', "one");
  const auto before = std::filesystem::file_size(file_of(site));
  put(site, 2, 'e', "of another session");
  std::ifstream stream(file_of(site));
  const std::string whole((std::istreambuf_iterator<char>(stream)), {});
  for (auto length = before; length < whole.size(); ++length) {
    std::filesystem::remove(file_of(site));
    std::ofstream(file_of(site)) << whole.substr(0, length);
    maildir::Cache cache(site.box(), 7);
    EXPECT_EQ(cache.get(1, 'e'), "one");
    EXPECT_EQ(cache.get(2, 'e'), std::nullopt);
    std::ofstream(file_of(site), std::ios::app) << whole.substr(length);
    cache.put(3, 'e', "three");
    cache.flush();
    EXPECT_EQ(cache.get(2, 'e'), "of another session") << length;
    EXPECT_EQ(cache.get(3, 'e'), "three") << length;
  }
}

TEST(Cache, ManyWritersAtOnceSayNothingWrong) {
  const Temporary site;
  const auto value_of = [](std::uint32_t uid) { return std::string(uid % 5000, static_cast<char>(uid)); };
  std::vector<std::thread> writers;
  for (std::uint32_t writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      maildir::Cache cache(site.box(), 7);
      for (std::uint32_t uid = 1; uid <= 400; ++uid) {
        const auto known = cache.get(uid, 'e');
        EXPECT_TRUE(!known || *known == value_of(uid)) << uid;
        if (uid % 4 == writer) cache.put(uid, 'e', value_of(uid));
        if (uid % 7 == writer) cache.flush();
      }
      cache.flush();
    });
  }
  for (auto& writer : writers) writer.join();
  maildir::Cache cache(site.box(), 7);
  for (std::uint32_t uid = 1; uid <= 400; ++uid) {
    const auto known = cache.get(uid, 'e');
    EXPECT_TRUE(!known || *known == value_of(uid)) << uid;
  }
}

TEST(Cache, AskedInAnyOrderItFindsTheSame) {
  const Temporary site;
  maildir::Cache cache(site.box(), 7);
  for (std::uint32_t uid = 1; uid <= 50; ++uid) {
    for (const char kind : {'e', 'b', 'z'})
      if ((uid + static_cast<unsigned char>(kind)) % 3 != 0) cache.put(uid, kind, kind + std::to_string(uid));
  }
  cache.flush();
  std::uint32_t next = 1;
  for (int i = 0; i < 1000; ++i) {
    next = next * 48271 % 2147483647;
    const auto uid = i % 3 == 0 ? next % 52 : next % 52 % 4 + static_cast<std::uint32_t>(i) % 50;
    const char kind = "ebza"[next / 64 % 4];
    const bool there =
        uid >= 1 && uid <= 50 && kind != 'a' && (uid + static_cast<unsigned char>(kind)) % 3 != 0;
    EXPECT_EQ(cache.get(uid, kind), there ? std::optional(kind + std::to_string(uid)) : std::nullopt) << uid;
  }
}

TEST(Cache, CutInPlaceItIsEmpty) {
  const Temporary site;
  put(site, 1, 'e', std::string(10'000, 'x'));
  maildir::Cache cache(site.box(), 7);
  const auto value = cache.get(1, 'e');
  ASSERT_TRUE(value);
  EXPECT_EQ(value->back(), 'x');
  std::filesystem::resize_file(file_of(site), 0);
  EXPECT_EQ(value->back(), 0);
  EXPECT_FALSE(cache.get(1, 'e'));
  cache.put(1, 'e', "anew");
  cache.flush();
  EXPECT_EQ(get(site, 1, 'e'), "anew");
}

}  // namespace
}  // namespace cache_test

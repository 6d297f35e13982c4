#include "serve/mta_sts_cache.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "talk.hpp"

namespace {

const serve::StsRecord whole = {"7", 1000, "8", 2000, "sts-policy-invalid", "version: STSv1\nmode: none\n"};

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
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(place.path()), {}), 2);
  EXPECT_FALSE(serve::StsCache(place.path() + "/none").store("x.test", whole));
}

}  // namespace

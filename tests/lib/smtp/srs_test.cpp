#include "smtp/srs.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"

namespace srs_test {
namespace {

constexpr std::uint64_t then = 1'795'281'013;  // the day JK
constexpr std::uint64_t day = 86'400;

smtp::Srs here(std::vector<std::string> secrets = {"a secret that nobody else has"}) {
  return smtp::Srs::make(std::move(secrets), "SRS.test").value();
}

smtp::Path path(std::string text) {
  text = "<" + text + ">";
  std::string_view rest = text;
  return smtp::take_path(rest).value();
}

std::string rewritten(const std::string& sender, const smtp::Srs& srs = here()) {
  const auto out = srs.rewrite(path(sender), then);
  return out ? smtp::to_string(*out) : "";
}

std::string local_of(const std::string& address) {
  return smtp::unquoted(address.substr(0, address.rfind('@')));
}

TEST(Srs, WhatPostsrsdMakesOfTheSameSecret) {
  // Written by postsrsd 1.10 on that day with this secret and domain.
  const struct {
    const char* sender;
    const char* wanted;
  } rows[] = {
      {"alice@far.test", "SRS0=2HSq=JK=far.test=alice@srs.test"},
      {"A.B-c+d@far.test", "SRS0=zeeo=JK=far.test=A.B-c+d@srs.test"},
      {"SRS0=ABCD=XY=one.test=bob@two.test", "SRS1=8Lso=two.test==ABCD=XY=one.test=bob@srs.test"},
      {"SRS1=ABCD=three.test==EFGH=XY=one.test=bob@two.test",
       "SRS1=bTZo=three.test==EFGH=XY=one.test=bob@srs.test"},
      {"SRS0+ABCD=XY=one.test=bob@two.test", "SRS1=rqsc=two.test=+ABCD=XY=one.test=bob@srs.test"},
      {"a=b@far.test", "SRS0=HOWz=JK=far.test=a=b@srs.test"},
      {"srs0=abcd=xy=one.test=bob@two.test", "SRS1=8Lso=two.test==abcd=xy=one.test=bob@srs.test"},
      {"a.very.long.name.of.somebody@a.very.long.domain.of.some.company.far.test",
       "SRS0=VLvd=JK=a.very.long.domain.of.some.company.far.test=a.very.long.name.of.somebody@srs.test"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(rewritten(row.sender), row.wanted) << row.sender;
  }
}

TEST(Srs, ABounceFindsItsWay) {
  for (const char* sender : {"alice@far.test", "A.B-c+d@far.test", "\"a b\"@far.test", "a=b@far.test",
                             "SRS0=ABCD=XY=one.test=bob@two.test", "SRS0+ABCD=XY=one.test=bob@two.test",
                             "SRS0@two.test", "SRS1=x@two.test", "a@[192.0.2.1]", "j\xc3\xb6rg@far.test"}) {
    const auto address = rewritten(sender);
    const auto back = here().reverse(local_of(address), then + 20 * day);
    ASSERT_TRUE(back) << address;
    EXPECT_EQ(smtp::to_string(*back), sender) << address;
    EXPECT_TRUE(here().reverse(base::lower(local_of(address)), then)) << address;
    EXPECT_TRUE(here().reverse(base::upper(local_of(address)), then)) << address;
  }
}

TEST(Srs, WhatWasForwardedTwiceGoesBackToTheFirstForwarder) {
  const auto address = rewritten("SRS1=ABCD=three.test==EFGH=XY=one.test=bob@two.test");
  const auto back = here().reverse(local_of(address), then);
  ASSERT_TRUE(back);
  EXPECT_EQ(smtp::to_string(*back), "SRS0=EFGH=XY=one.test=bob@three.test");
}

TEST(Srs, WhatIsNotOursIsRefused) {
  const auto good = local_of(rewritten("alice@far.test"));
  ASSERT_TRUE(here().reverse(good, then));
  for (std::string bad :
       {std::string("alice"), std::string("SRS0"), std::string("SRS0="), std::string("SRS0=a=b=c"),
        std::string("SRS1===="), std::string("SRS0=AAAA=JK=far.test=alice"),
        std::string("SRS0==JK=far.test=alice"), "SRS0=" + good.substr(5, 3) + "=JK=far.test=alice",
        good + "x", good.substr(0, good.size() - 1), "SRS1" + good.substr(4)})
    EXPECT_FALSE(here().reverse(bad, then)) << bad;
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto other = good;
    other[i] = other[i] == 'q' ? 'w' : 'q';
    EXPECT_FALSE(here().reverse(other, then)) << other;
  }
  EXPECT_FALSE(here({"another secret, of the same length"}).reverse(good, then));
}

TEST(Srs, ItIsGoodForThreeWeeks) {
  const auto good = local_of(rewritten("alice@far.test"));
  EXPECT_TRUE(here().reverse(good, then + 21 * day));
  EXPECT_FALSE(here().reverse(good, then + 22 * day));
  EXPECT_TRUE(here().reverse(good, then - day));
  EXPECT_FALSE(here().reverse(good, then - 2 * day));
  EXPECT_TRUE(here().reverse(good, then + 1024 * day));
}

TEST(Srs, AnOldSecretStillReads) {
  const auto good = local_of(rewritten("alice@far.test"));
  EXPECT_TRUE(here({"a new secret that is used now", "a secret that nobody else has"}).reverse(good, then));
}

TEST(Srs, NoSenderAndTooLongSendersStay) {
  EXPECT_FALSE(here().rewrite({}, then));
  EXPECT_FALSE(here().rewrite(path("postmaster"), then));
  EXPECT_EQ(rewritten(std::string(60, 'a') + "@" + std::string(60, 'b') + "." + std::string(60, 'c') + "." +
                      std::string(60, 'd')),
            "");
  EXPECT_NE(rewritten(std::string(60, 'a') + "@" + std::string(60, 'b')), "");
}

TEST(Srs, AWrongConfigurationSaysSo) {
  EXPECT_EQ(smtp::Srs::make({}, "srs.test").error().what, "no secret");
  EXPECT_FALSE(smtp::Srs::make({"short"}, "srs.test"));
  EXPECT_FALSE(smtp::Srs::make({"long enough to be one"}, "not a domain"));
}

TEST(Srs, SecretsOfAFile) {
  EXPECT_EQ(smtp::parse_secrets("# new\n one \n\ntwo"), (std::vector<std::string>{"one", "two"}));
}

}  // namespace
}  // namespace srs_test

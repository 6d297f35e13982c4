#include "serve/mta_sts_service.hpp"

#include <gtest/gtest.h>

#include "talk.hpp"

namespace mta_sts_service_test {
namespace {

using Mode = net::StsPolicy::Mode;

const std::string enforced = "version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 200000\n";
const std::string tested = "version: STSv1\nmode: testing\nmx: a.test\nmax_age: 10\n";

/// What is fetched next, and how often it was.
struct World {
  base::Result<std::string> next = enforced;
  int fetched = 0;
  Directory place = {};
  serve::StsService service{serve::StsCache(place.path()), [this](const net::StsQuestion&) {
                              ++fetched;
                              return next;
                            }};

  std::string ask(const std::string& id, std::uint64_t now) {
    const auto answer = service.answer({"x.test", id, {}}, now);
    return (answer.policy ? std::string(name_of(answer.policy->mode)) : "-") + " " + answer.trouble;
  }
};

TEST(StsService, AskedOnceForEachIdentifier) {
  World world;
  EXPECT_EQ(world.ask("", 1000), "- ");
  EXPECT_EQ(world.fetched, 0);
  EXPECT_EQ(world.ask("1", 1000), "enforce ");
  EXPECT_EQ(world.ask("1", 2000), "enforce ");
  EXPECT_EQ(world.ask("", 2000), "enforce ");
  EXPECT_EQ(world.fetched, 1);
  world.next = tested;
  EXPECT_EQ(world.ask("2", 2000), "testing ");
  EXPECT_EQ(world.fetched, 2);
  // Too old: nothing holds, and it is fetched anew.
  EXPECT_EQ(world.ask("", 2010), "- ");
  EXPECT_EQ(world.ask("2", 2010), "testing ");
  EXPECT_EQ(world.fetched, 3);
}

TEST(StsService, FetchedAgainAfterADay) {
  World world;
  EXPECT_EQ(world.ask("1", 1000), "enforce ");
  EXPECT_EQ(world.ask("1", 1000 + serve::sts_refresh), "enforce ");
  EXPECT_EQ(world.fetched, 2);
}

TEST(StsService, WhatFailsIsNotTriedAtOnceAgain) {
  World world;
  EXPECT_EQ(world.ask("1", 1000), "enforce ");
  world.next = base::fail(base::Exit::not_permitted, "certificate");
  EXPECT_EQ(world.ask("2", 1001), "enforce sts-webpki-invalid");
  EXPECT_EQ(world.ask("2", 1000 + serve::sts_patience), "enforce sts-webpki-invalid");
  EXPECT_EQ(world.fetched, 2);
  world.next = std::string("nonsense");
  EXPECT_EQ(world.ask("2", 1001 + serve::sts_patience), "enforce sts-policy-invalid");
  world.next = base::fail(base::Exit::temporary, "timeout");
  EXPECT_EQ(world.ask("3", 1002 + serve::sts_patience), "enforce sts-policy-fetch-error");
  EXPECT_EQ(world.fetched, 4);
  EXPECT_EQ(world.ask("3", 300'000), "- sts-policy-fetch-error");
}

TEST(StsService, ACacheOfTheFutureIsNone) {
  World world;
  EXPECT_EQ(world.ask("1", 1000), "enforce ");
  EXPECT_EQ(world.ask("", 999), "- ");
}

}  // namespace
}  // namespace mta_sts_service_test

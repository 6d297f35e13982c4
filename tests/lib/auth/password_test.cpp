#include "auth/password.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace password_test {
namespace {

TEST(Password, AHashMatchesItsPasswordOnly) {
  const auto hash = auth::make_hash("secret").value();
  EXPECT_TRUE(hash.starts_with("{CRYPT}$y$"));
  EXPECT_TRUE(auth::verify(hash, "secret"));
  EXPECT_TRUE(auth::verify(hash.substr(7), "secret"));
  EXPECT_FALSE(auth::verify(hash, "Secret"));
  EXPECT_FALSE(auth::verify(hash, std::string("secret\0x", 8)));
  EXPECT_NE(auth::make_hash("secret").value(), hash);
}

TEST(Password, WhatNeverMatches) {
  for (const char* hash : {"", "*", "!", "{PLAIN}secret", "{CRYPT}", "secret", "{CRYPT}*0"}) {
    EXPECT_FALSE(auth::verify(hash, "secret")) << hash;
  }
  EXPECT_FALSE(auth::verify({}, "nobody", "secret", "s"));
  EXPECT_FALSE(auth::make_hash(""));
  EXPECT_FALSE(auth::make_hash(std::string(512, 'x')));
}

bool same_work(const auth::Trial& one, const auth::Trial& other) {
  return one.setting == other.setting && one.salt.size() == other.salt.size() &&
         one.iterations == other.iterations;
}

std::vector<auth::User> site() {
  std::vector<auth::User> out;
  for (const char* hash : {"{CRYPT}$6$rounds=5000$abcdefgh$x", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$x", "*", "",
                           "{PLAIN}secret", "$5$abcdefgh$x"})
    out.push_back({"user" + std::to_string(out.size()), hash, 1, 1, "/"});
  out.push_back({"scram", auth::make_scram_hash("secret", 4096).value(), 1, 1, "/"});
  return out;
}

// What a stranger's password costs is what some user's costs, and every kind of user has his strangers.
TEST(Password, WhoIsNotThereCostsWhatSomebodyCosts) {
  const auto users = site();
  std::vector<std::size_t> met(users.size());
  for (int i = 0; i < 400; ++i) {
    const auto name = "nobody" + std::to_string(i);
    const auto trial = auth::trial_of(users, name, "secret of this host");
    EXPECT_FALSE(trial.possible);
    EXPECT_TRUE(same_work(trial, auth::trial_of(users, name, "secret of this host")));
    bool like_a_user = false;
    for (std::size_t at = 0; at < users.size(); ++at) {
      const auto his = auth::trial_of(users[at].hash);
      if (!his.possible || !same_work(trial, his)) continue;
      ++met[at];
      like_a_user = true;
    }
    EXPECT_TRUE(like_a_user) << name;
  }
  EXPECT_EQ(std::count(met.begin(), met.end(), 0), 3);
  EXPECT_TRUE(same_work(auth::trial_of({}, "nobody", "s"), auth::trial_of("")));
}

TEST(Password, WhomNoPasswordLetsInCostsWhatAnotherCosts) {
  const auto users = site();
  for (const char* name : {"user2", "user3", "user4"}) {
    const auto trial = auth::trial_of(users, name, "s");
    EXPECT_FALSE(trial.possible);
    EXPECT_TRUE(std::any_of(users.begin(), users.end(), [&](const auth::User& other) {
      return auth::trial_of(other.hash).possible && same_work(trial, auth::trial_of(other.hash));
    })) << name;
  }
}

TEST(Password, APasswordOfAnotherLetsNobodyIn) {
  std::vector<auth::User> users = {{"ann", auth::make_hash("secret").value(), 1, 1, "/"},
                                   {"locked", "*", 1, 1, "/"}};
  EXPECT_TRUE(auth::verify(users, "Ann", "secret", "s"));
  EXPECT_FALSE(auth::verify(users, "ann", "other", "s"));
  // Both are put to ann's hash.
  EXPECT_FALSE(auth::verify(users, "locked", "secret", "s"));
  EXPECT_FALSE(auth::verify(users, "nobody", "secret", "s"));
  users[0].hash = auth::make_scram_hash("secret", 4096).value();
  EXPECT_TRUE(auth::verify(users, "ann", "secret", "s"));
  EXPECT_FALSE(auth::verify(users, "locked", "secret", "s"));
  EXPECT_FALSE(auth::verify(users, "nobody", "secret", "s"));
}

TEST(Password, WipeEmpties) {
  std::string secret = "secret";
  auth::wipe(secret);
  EXPECT_TRUE(secret.empty());
}

}  // namespace
}  // namespace password_test

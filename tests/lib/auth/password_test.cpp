#include "auth/password.hpp"

#include <gtest/gtest.h>

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
  EXPECT_FALSE(auth::verify(static_cast<const auth::User*>(nullptr), "secret"));
  EXPECT_FALSE(auth::make_hash(""));
  EXPECT_FALSE(auth::make_hash(std::string(512, 'x')));
}

TEST(Password, WipeEmpties) {
  std::string secret = "secret";
  auth::wipe(secret);
  EXPECT_TRUE(secret.empty());
}

}  // namespace

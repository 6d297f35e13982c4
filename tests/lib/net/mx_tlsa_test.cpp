#include "net/mx_tlsa.hpp"

#include <gtest/gtest.h>

namespace mx_tlsa_test {
namespace {

TEST(MxTlsa, Name) {
  EXPECT_EQ(net::tlsa_name(25, "mx.example.org"), "_25._tcp.mx.example.org");
  EXPECT_EQ(net::tlsa_name(25, ""), "");
  const auto label = std::string(60, 'a') + ".";
  EXPECT_EQ(net::tlsa_name(25, label + label + label + label + "org"), "");
}

TEST(MxTlsa, WhatCanBeChecked) {
  const std::string short_digest(64, 'a');
  const std::string long_digest(128, 'A');
  for (const auto& good :
       {"3 1 1 " + short_digest, "2 0 1 " + short_digest, "3 0 2 " + long_digest, std::string("3 1 0 3059")})
    EXPECT_TRUE(net::is_usable_tlsa(good)) << good;
  for (const auto& bad : {"0 1 1 " + short_digest, "1 1 1 " + short_digest, "4 1 1 " + short_digest,
                          "3 2 1 " + short_digest, "3 1 3 " + short_digest, "3 1 2 " + short_digest,
                          "3 1 1 " + long_digest, "3 1 1 " + short_digest + "a", std::string("3 1 1"),
                          std::string("3 1 0 305"), std::string("3 1 0 zz"), std::string("")})
    EXPECT_FALSE(net::is_usable_tlsa(bad)) << bad;
  EXPECT_EQ(net::usable_tlsa({"0 1 1 " + short_digest, "3 1 1 " + short_digest}).size(), 1U);
}

}  // namespace
}  // namespace mx_tlsa_test

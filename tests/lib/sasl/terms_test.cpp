#include "sasl/terms.hpp"

#include <gtest/gtest.h>

namespace terms_test {
namespace {

std::string words(const sasl::Terms& terms) {
  std::string out;
  for (const auto& name : sasl::offered(terms)) out += name + " ";
  return out;
}

TEST(Terms, WhatIsOfferedDependsOnTheChannel) {
  sasl::Terms terms = {
      {"PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2", "X"}};
  EXPECT_EQ(words(terms), "");
  EXPECT_FALSE(sasl::offers(terms, "SCRAM-SHA-256"));
  terms.secret = true;
  EXPECT_EQ(words(terms), "PLAIN LOGIN SCRAM-SHA-256 OAUTHBEARER XOAUTH2 ");
  terms.end_point = "x";
  terms.identity = "bob";
  EXPECT_EQ(words(terms), "PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS EXTERNAL OAUTHBEARER XOAUTH2 ");
  terms.mechanisms = {"LOGIN"};
  EXPECT_EQ(words(terms), "LOGIN ");
  EXPECT_TRUE(sasl::offers(terms, "login"));
  EXPECT_FALSE(sasl::offers(terms, "PLAIN"));
  EXPECT_TRUE(sasl::is_mechanism("plain"));
  EXPECT_FALSE(sasl::is_mechanism("CRAM-MD5"));
}

}  // namespace
}  // namespace terms_test

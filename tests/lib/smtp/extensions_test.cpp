#include "smtp/extensions.hpp"

#include <gtest/gtest.h>

namespace extensions_test {
namespace {

TEST(Extensions, WhatIsWellFormedIsOffered) {
  const auto all =
      smtp::parse_extensions({"mx.test says hello", "pipelining", "8BITMIME", "CHUNKING", "SMTPUTF8", "DSN",
                              "STARTTLS", "REQUIRETLS", "MT-PRIORITY MIXER", "SIZE 1000", "AUTH plain  LOGIN",
                              "LIMITS MAILMAX=5 rcptmax=20 RCPTDOMAINMAX=1", "DELIVERBY 240"});
  EXPECT_TRUE(all.pipelining && all.eight_bit && all.chunking && all.utf8 && all.dsn && all.starttls &&
              all.require_tls && all.priority && all.size);
  EXPECT_EQ(all.size_limit, 1000U);
  EXPECT_TRUE(all.deliver_by);
  EXPECT_EQ(all.by_min, 240);
  EXPECT_EQ(all.auth, (std::vector<std::string>{"PLAIN", "LOGIN"}));
  EXPECT_EQ(all.mail_max, 5U);
  EXPECT_EQ(all.rcpt_max, 20U);
  EXPECT_EQ(all.rcpt_domain_max, 1U);
}

TEST(Extensions, AllElseIsNot) {
  const auto none = smtp::parse_extensions({"PIPELINING", "X-PIPELINING", "AUTH=LOGIN", "SIZE=5", "",
                                            "LIMITS RCPTMAX=0 MAILMAX=x RCPTDOMAINMAX=9999999"});
  EXPECT_FALSE(none.pipelining || none.size);
  EXPECT_TRUE(none.auth.empty());
  EXPECT_EQ(none.mail_max + none.rcpt_max + none.rcpt_domain_max, 0U);
  EXPECT_EQ(smtp::parse_extensions({"x", "SIZE"}).size_limit, 0U);
  EXPECT_TRUE(smtp::parse_extensions({"x", "SIZE many"}).size);
  EXPECT_FALSE(smtp::parse_extensions({}).size);
}

}  // namespace
}  // namespace extensions_test

#include "net/mta_sts_fetch.hpp"

#include <gtest/gtest.h>

namespace mta_sts_fetch_test {
namespace {

TEST(MtaStsFetch, WhereNobodyListensNothingIsFetched) {
  net::prepare_sts_fetch();
  const auto text = net::fetch_sts_policy("x.test", {"127.255.255.254"}, {"", 5});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, base::Exit::temporary);
  EXPECT_NE(text.error().what.find("https://mta-sts.x.test/.well-known/mta-sts.txt"), std::string::npos);
}

}  // namespace
}  // namespace mta_sts_fetch_test

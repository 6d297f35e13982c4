#include "serve/route_exchangers.hpp"

#include <gtest/gtest.h>

namespace route_exchangers_test {
namespace {

TEST(RouteExchangers, ARouteIsOneHostWithItsConditions) {
  serve::RouteExchangers routes;
  const auto hops =
      routes.find("smart:465 lmtp tls=implicit,verify source=::1 login=/l certificate=/c ca=/a");
  ASSERT_TRUE(hops);
  ASSERT_EQ(hops->size(), 1U);
  const auto& hop = hops->front();
  EXPECT_EQ(hop.name, "smart");
  EXPECT_EQ(hop.port, 465);
  EXPECT_EQ(hop.protocol, serve::Protocol::lmtp);
  EXPECT_TRUE(hop.tls_at_once);
  EXPECT_EQ(hop.tls, serve::TlsLevel::verify);
  EXPECT_EQ(hop.certificate_names, std::vector<std::string>{"smart"});
  EXPECT_EQ(hop.source + hop.login + hop.certificate + hop.authorities, "::1/l/c/a");
  EXPECT_EQ(routes.find("smart tls=none")->front().tls, serve::TlsLevel::none);
  EXPECT_EQ(routes.find("smart")->front().tls, serve::TlsLevel::may);
  EXPECT_EQ(routes.find("smart huh").error().code, base::Exit::data);
}

}  // namespace
}  // namespace route_exchangers_test

#include "smtp/routes.hpp"

#include <gtest/gtest.h>

namespace routes_test {
namespace {

using smtp::Host;

TEST(Routes, TheNearestWins) {
  const auto routes = smtp::Routes::parse(
                          "# comment\nexample.com mx.example.com\n.example.com  [::1]:2525\n\n.b.example.com "
                          "b\n* smart:587\n",
                          "r")
                          .value();
  EXPECT_EQ(routes.find("Example.COM")->host, (Host{"mx.example.com", 25}));
  EXPECT_EQ(routes.find("a.example.com")->host, (Host{"::1", 2525}));
  EXPECT_EQ(routes.find("a.b.example.com")->host, (Host{"b", 25}));
  EXPECT_EQ(routes.find("other.test")->host, (Host{"smart", 587}));
  EXPECT_FALSE(smtp::Routes().find("x.test"));
  EXPECT_EQ(smtp::to_string(Host{"::1", 25}), "[::1]:25");
  EXPECT_EQ(smtp::to_string(Host{"a", 25}), "a:25");
}

TEST(Routes, OptionsStandBehindTheHost) {
  const auto route = smtp::parse_route(
      "smart:465 tls=implicit,verify  source=192.0.2.1\tlogin=/l certificate=/c ca=/a lmtp");
  ASSERT_TRUE(route);
  EXPECT_EQ(*route,
            (smtp::Route{{"smart", 465}, true, true, smtp::RouteTls::verify, "192.0.2.1", "/l", "/c", "/a"}));
  EXPECT_EQ(smtp::to_string(*route),
            "smart:465 lmtp tls=implicit,verify source=192.0.2.1 login=/l certificate=/c ca=/a");
  EXPECT_EQ(smtp::parse_route("b tls=implicit")->tls, smtp::RouteTls::encrypt);
  for (const char* text :
       {"b:25", "b:25 tls=none", "b:25 tls=dane", "b:25 tls=implicit,encrypt", "[::1]:24 lmtp"})
    EXPECT_EQ(smtp::to_string(smtp::parse_route(text).value()), text);
  for (const char* text : {"192.0.2.1 tls=dane", "[2001:db8::1]:25 tls=implicit,dane"})
    EXPECT_EQ(smtp::parse_route(text).error().code, base::Exit::data) << text;
}

TEST(Routes, WhoMustHaveSuchTls) {
  const auto routes =
      smtp::Routes::parse("a.test b.test\nc.test d.test tls=dane\n* e.test tls=verify\n", "routes").value();
  EXPECT_EQ(routes.first_with(smtp::RouteTls::dane), "c.test");
  EXPECT_EQ(routes.first_with(smtp::RouteTls::verify), "*");
  EXPECT_EQ(routes.first_with(smtp::RouteTls::encrypt), std::nullopt);
}

TEST(Routes, ErrorsNameTheLine) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"a.test", "r:1: not 'domain host[:port]'"},
              {"\na.test b:0", "r:2: 'b:0' is not host or host:port"},
              {"a.test b:65536", "r:1: 'b:65536' is not host or host:port"},
              {"a.test b c", "r:1: 'c' is no option of a route"},
              {"a.test b lmtp lmtp", "r:1: 'lmtp' is no option of a route"},
              {"a.test b tls=maybe", "r:1: 'tls=maybe' is no option of a route"},
              {"a.test b tls=implicit,may", "r:1: 'tls=implicit,may' is no option of a route"},
              {"a.test b source=eth0", "r:1: 'source=eth0' is no option of a route"},
              {"a.test b source=face.de", "r:1: 'source=face.de' is no option of a route"},
              {"a.test b login=secret", "r:1: 'login=secret' is no option of a route"},
              {"a.test b key=/x", "r:1: 'key=/x' is no option of a route"},
              {"a.test [::1", "r:1: '[::1' is not host or host:port"},
              {"a.test b;rm", "r:1: 'b;rm' is not host or host:port"},
              {"a.test b\nA.test c", "r:2: a second route for this domain"}};
  for (const auto& row : rows) EXPECT_EQ(smtp::Routes::parse(row.text, "r").error().what, row.wanted);
}

}  // namespace
}  // namespace routes_test

#include "smtp/routes.hpp"

#include <gtest/gtest.h>

namespace {

using smtp::Host;

TEST(Routes, TheNearestWins) {
  const auto routes = smtp::Routes::parse(
                          "# comment\nexample.com mx.example.com\n.example.com  [::1]:2525\n\n.b.example.com "
                          "b\n* smart:587\n",
                          "r")
                          .value();
  EXPECT_EQ(routes.find("Example.COM"), (Host{"mx.example.com", 25}));
  EXPECT_EQ(routes.find("a.example.com"), (Host{"::1", 2525}));
  EXPECT_EQ(routes.find("a.b.example.com"), (Host{"b", 25}));
  EXPECT_EQ(routes.find("other.test"), (Host{"smart", 587}));
  EXPECT_FALSE(smtp::Routes().find("x.test"));
  EXPECT_EQ(smtp::to_string(Host{"::1", 25}), "[::1]:25");
  EXPECT_EQ(smtp::to_string(Host{"a", 25}), "a:25");
}

TEST(Routes, ErrorsNameTheLine) {
  const struct {
    const char* text;
    const char* wanted;
  } rows[] = {{"a.test", "r:1: not 'domain host[:port]'"},
              {"\na.test b:0", "r:2: 'b:0' is not host or host:port"},
              {"a.test b:65536", "r:1: 'b:65536' is not host or host:port"},
              {"a.test b c", "r:1: 'b c' is not host or host:port"},
              {"a.test [::1", "r:1: '[::1' is not host or host:port"},
              {"a.test b;rm", "r:1: 'b;rm' is not host or host:port"},
              {"a.test b\nA.test c", "r:2: a second route for this domain"}};
  for (const auto& row : rows) EXPECT_EQ(smtp::Routes::parse(row.text, "r").error().what, row.wanted);
}

}  // namespace

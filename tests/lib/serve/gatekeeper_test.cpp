#include "serve/gatekeeper.hpp"

#include <gtest/gtest.h>

#include "connection.hpp"
#include "serve/reception_options.hpp"

namespace gatekeeper_test {
namespace {

constexpr proc::Option own[] = {
    {"submission", "", ""}, {"lmtp", "", ""}, {"relay", "", ""}, {"check", "", ""}};
constexpr proc::Usage usage = {"smtpd", "", "", "", own, serve::reception_keys};

base::Result<serve::Gatekeeper> load(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--config", "/dev/null"});
  auto given = proc::parse(usage, arguments);
  if (!given) return given.error();
  return serve::Gatekeeper::load(*given, {}, net::Rates::create().value());
}

bool may_connect(const net::AcceptLimits& limits, const char* address) {
  return limits.admit(address);
}

TEST(Gatekeeper, WrongValuesAreNamed) {
  const struct {
    std::vector<std::string> arguments;
    const char* named;
  } rows[] = {{{"--relay-network", "192.0.2.1/24"}, "relay-network"},
              {{"--proxy-network", "x"}, "proxy-network"},
              {{"--connections-per-minute", "-1"}, "connections-per-minute"},
              {{"--helo-check", "maybe"}, "helo-check"},
              {{"--reverse-dns-check", "maybe"}, "reverse-dns-check"},
              {{"--dnsbl", "a b"}, "dnsbl"},
              {{"--greylist", "86401"}, "greylist"},
              {{"--dnsbl", "bl.test", "--libexec", "/none"}, "/none/resolve"}};
  for (const auto& row : rows) {
    const auto loaded = load(row.arguments);
    ASSERT_FALSE(loaded) << row.named;
    EXPECT_NE(loaded.error().what.find(row.named), std::string::npos) << loaded.error().what;
  }
}

TEST(Gatekeeper, CountsConnectionsOfStrangersAlone) {
  auto keeper = load({"--connections-per-minute", "1", "--relay-network", "192.0.2.0/24", "--proxy-network",
                      "198.51.100.1"})
                    .value();
  net::AcceptLimits limits;
  keeper.watch(limits);
  // A new minute may begin once in between.
  int admitted = 0;
  for (int i = 0; i < 5; ++i) {
    admitted += may_connect(limits, "203.0.113.1") ? 1 : 0;
    EXPECT_TRUE(may_connect(limits, "192.0.2.9"));
    EXPECT_TRUE(may_connect(limits, "198.51.100.1"));
  }
  EXPECT_GE(admitted, 1);
  EXPECT_LE(admitted, 2);
  EXPECT_TRUE(limits.exempt("198.51.100.1"));
  EXPECT_FALSE(limits.exempt("192.0.2.9"));
}

TEST(Gatekeeper, WhatIsDoneBeforeAConnectionStaysDone) {
  auto keeper = load({"--dnsbl", "bl.test", "--libexec", "/bin"});
  EXPECT_FALSE(keeper);  // there is no /bin/resolve
  auto plain = load({}).value();
  int called = 0;
  net::AcceptLimits limits;
  limits.before_connection = [&] { ++called; };
  plain.watch(limits);
  limits.before_connection();
  EXPECT_EQ(called, 1);
}

TEST(Gatekeeper, MeetsWhomTheProxySpeaksFor) {
  const auto keeper = load({"--relay-network", "192.0.2.0/24", "--proxy-network", "198.51.100.1",
                            "--connections-per-minute", "1"})
                          .value();
  {
    const Connection proxy("198.51.100.1");
    proxy.say("PROXY TCP4 192.0.2.9 198.51.100.1 1 25\r\n");
    const auto caller = keeper.doorkeeper().meet(net::find_peer(0), 50).value();
    EXPECT_EQ(caller.peer.address, "192.0.2.9");
    EXPECT_TRUE(caller.trusted);
    EXPECT_FALSE(caller.over_limit);
  }
  bool over = false;
  for (int i = 0; i < 3; ++i) {
    const Connection proxy("198.51.100.1");
    proxy.say("PROXY TCP4 203.0.113.1 198.51.100.1 1 25\r\n");
    const auto caller = keeper.doorkeeper().meet(net::find_peer(0), 50).value();
    EXPECT_FALSE(caller.trusted);
    over = over || caller.over_limit;
  }
  EXPECT_TRUE(over);
  const Connection stranger("203.0.113.2");
  EXPECT_EQ(keeper.doorkeeper().meet(net::find_peer(0), 50).value().peer.address, "203.0.113.2");
  const Connection silent("198.51.100.1");
  silent.say("EHLO c\r\n");
  EXPECT_EQ(keeper.doorkeeper().meet(net::find_peer(0), 50).error().code, base::Exit::protocol);
}

}  // namespace
}  // namespace gatekeeper_test

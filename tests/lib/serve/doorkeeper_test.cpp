#include "serve/doorkeeper.hpp"

#include <gtest/gtest.h>

#include "connection.hpp"

namespace doorkeeper_test {
namespace {

constexpr std::string_view keys[] = {"relay-network", "proxy-network", "connections-per-minute"};
constexpr proc::Usage usage = {"x", "", "", "", {}, keys};

serve::Doorkeeper doorkeeper() {
  const auto given =
      proc::parse(
          usage, std::vector<std::string>{"--config", "/dev/null", "--relay-network", "203.0.113.9",
                                          "--proxy-network", "198.51.100.1", "--connections-per-minute", "1"})
          .value();
  return serve::Doorkeeper::load(given, net::Rates::create().value(), net::Rates::What::connections).value();
}

std::string shown(const base::Result<serve::Caller>& caller) {
  if (!caller) return caller.error().what;
  return caller->peer.address + (caller->over_limit ? " too often" : "");
}

/// Who is met on a connection from `address` that begins with `said`.
std::string met(const serve::Doorkeeper& doorkeeper, const char* address, std::string_view said) {
  const Connection connection(address);
  connection.say(said);
  return shown(doorkeeper.meet_for_program(net::find_peer(0), 50));
}

TEST(Doorkeeper, AProxySaysWhomItSpeaksFor) {
  auto all = doorkeeper();
  setenv("TCPREMOTEHOST", "proxy.example.test", 1);
  EXPECT_EQ(met(all, "192.0.2.9", "PROXY TCP4 203.0.113.7 192.0.2.9 1 993\r\n"), "192.0.2.9");
  EXPECT_EQ(getenv(serve::proxy_heard), nullptr);
  EXPECT_NE(getenv("TCPREMOTEHOST"), nullptr);
  EXPECT_EQ(met(all, "198.51.100.1", "PROXY TCP4 203.0.113.7 192.0.2.9 1 993\r\n"), "203.0.113.7");
  EXPECT_NE(getenv(serve::proxy_heard), nullptr);
  EXPECT_EQ(getenv("TCPREMOTEHOST"), nullptr);
  EXPECT_EQ(met(all, "198.51.100.1", "PROXY UNKNOWN\r\n"), "198.51.100.1");
  EXPECT_EQ(met(all, "198.51.100.1", "\x16\x03\x01"), "198.51.100.1: PROXY header: what came is none");
  EXPECT_EQ(met(all, "198.51.100.1", ""), "198.51.100.1: PROXY header: none came in time");
  unsetenv(serve::proxy_heard);
  unsetenv(serve::client_counted);
}

TEST(Doorkeeper, AProxyIsNoSourceItself) {
  auto all = doorkeeper();
  net::AcceptLimits limits;
  all.watch(limits);
  EXPECT_TRUE(limits.exempt("198.51.100.1"));
  EXPECT_FALSE(limits.exempt("192.0.2.9"));
  const std::string_view stranger = "PROXY TCP4 203.0.113.7 192.0.2.9 1 993\r\n";
  const std::string_view trusted = "PROXY TCP4 203.0.113.9 192.0.2.9 1 993\r\n";
  for (const char* said : {"203.0.113.7", "203.0.113.7 too often"})
    EXPECT_EQ(met(all, "198.51.100.1", stranger), said);
  EXPECT_EQ(met(all, "198.51.100.1", trusted), "203.0.113.9");
  EXPECT_EQ(met(all, "198.51.100.1", trusted), "203.0.113.9");
  unsetenv(serve::proxy_heard);
  unsetenv(serve::client_counted);
}

TEST(Doorkeeper, WhatTlsWrapHasDoneIsNotDoneAgain) {
  const auto all = doorkeeper();
  setenv(serve::proxy_heard, "1", 1);
  setenv(serve::client_counted, "1", 1);
  for (int i = 0; i < 3; ++i) {
    for (const char* address : {"192.0.2.9", "198.51.100.1"}) {
      const Connection connection(address);
      connection.say("EHLO c\r\n");
      EXPECT_EQ(shown(all.meet(net::find_peer(0), 50)), address);
    }
  }
  unsetenv(serve::proxy_heard);
  unsetenv(serve::client_counted);
}

TEST(Doorkeeper, BehindAnAcceptLoopTheEnvironmentSaysNothing) {
  auto all = doorkeeper();
  net::AcceptLimits limits;
  all.watch(limits);
  EXPECT_TRUE(limits.admit("198.51.100.1"));
  setenv(serve::proxy_heard, "1", 1);
  EXPECT_EQ(met(all, "198.51.100.1", "PROXY TCP4 203.0.113.7 192.0.2.9 1 993\r\n"), "203.0.113.7");
  setenv(serve::proxy_heard, "1", 1);
  const Connection proxy("198.51.100.1");
  proxy.say("PROXY TCP4 203.0.113.9 192.0.2.9 1 993\r\n");
  EXPECT_EQ(shown(all.meet(net::find_peer(0), 50)), "203.0.113.9");
  unsetenv(serve::proxy_heard);
  unsetenv(serve::client_counted);
}

TEST(Doorkeeper, WhoIsTurnedAwayHearsWhy) {
  std::string told;
  net::AcceptLimits limits;
  limits.farewell = "421 too many\r\n";
  limits.refused = [&](const std::string& address) { told = address; };
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const fs::Fd before(dup(1));
  dup2(ends[1], 1);
  const auto turned = serve::turn_away({{"203.0.113.1", "1"}, false, true}, limits);
  dup2(before.get(), 1);
  close(ends[1]);
  EXPECT_TRUE(turned);
  EXPECT_EQ(told, "203.0.113.1");
  char text[64];
  const auto got = read(ends[0], text, sizeof text);
  EXPECT_EQ(std::string_view(text, static_cast<std::size_t>(got)), "421 too many\r\n");
  close(ends[0]);
}

}  // namespace
}  // namespace doorkeeper_test

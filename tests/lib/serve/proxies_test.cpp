#include "serve/proxies.hpp"

#include <gtest/gtest.h>

#include "connection.hpp"

namespace {

constexpr std::string_view keys[] = {"relay-network", "proxy-network", "connections-per-minute"};
constexpr proc::Usage usage = {"x", "", "", "", {}, keys};

serve::Proxies proxies() {
  const auto given =
      proc::parse(
          usage, std::vector<std::string>{"--config", "/dev/null", "--relay-network", "203.0.113.9",
                                          "--proxy-network", "198.51.100.1", "--connections-per-minute", "1"})
          .value();
  return serve::Proxies::load(given, "/usr/bin/smtpd").value();
}

/// Who is met on a connection from `address` that begins with `said`.
std::string met(serve::Proxies& proxies, const char* address, std::string_view said) {
  const Connection connection(address);
  connection.say(said);
  const auto peer = proxies.meet(50, {});
  return peer ? peer->address : peer.error().what;
}

TEST(Proxies, SayWhomTheySpeakFor) {
  auto all = proxies();
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
}

TEST(Proxies, AreNoSourceThemselves) {
  auto all = proxies();
  net::AcceptLimits limits;
  all.watch(limits);
  EXPECT_TRUE(limits.exempt("198.51.100.1"));
  EXPECT_FALSE(limits.exempt("192.0.2.9"));
  const std::string_view stranger = "PROXY TCP4 203.0.113.7 192.0.2.9 1 993\r\n";
  const std::string_view trusted = "PROXY TCP4 203.0.113.9 192.0.2.9 1 993\r\n";
  for (const char* said : {"203.0.113.7", "203.0.113.7: too many connections"})
    EXPECT_EQ(met(all, "198.51.100.1", stranger), said);
  EXPECT_EQ(met(all, "198.51.100.1", trusted), "203.0.113.9");
  EXPECT_EQ(met(all, "198.51.100.1", trusted), "203.0.113.9");
  unsetenv(serve::proxy_heard);
}

}  // namespace

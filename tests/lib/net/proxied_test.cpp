#include "net/proxied.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "fs/fd.hpp"

namespace proxied_test {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
    near.reset(ends[0]);
    far.reset(ends[1]);
  }
  void say(std::string_view text) const { ASSERT_TRUE(fs::write_all(far.get(), text)); }
  std::string rest() const {
    char buffer[64];
    const auto got = recv(near.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {buffer, got > 0 ? static_cast<std::size_t>(got) : 0};
  }
  fs::Fd near;
  fs::Fd far;
};

TEST(Proxied, TheHeaderIsReadAndNothingBehindIt) {
  const Pair pair;
  pair.say("PROXY TCP4 203.0.113.7 192.0.2.1 4711 25\r\nEHLO c\r\n");
  const auto peer = net::read_proxy_header(pair.near.get(), 1000).value();
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->address, "203.0.113.7");
  EXPECT_EQ(peer->port, "4711");
  EXPECT_EQ(pair.rest(), "EHLO c\r\n");
}

TEST(Proxied, OctetByOctet) {
  const Pair pair;
  const std::string_view header = "PROXY UNKNOWN\r\n";
  std::thread client([&] {
    for (const char c : header) pair.say(std::string_view(&c, 1));
  });
  EXPECT_FALSE(net::read_proxy_header(pair.near.get(), 10'000).value());
  client.join();
  EXPECT_EQ(pair.rest(), "");
}

TEST(Proxied, NoneIsAnError) {
  const Pair wrong;
  wrong.say("EHLO client.test\r\n");
  EXPECT_EQ(net::read_proxy_header(wrong.near.get(), 1000).error().code, base::Exit::protocol);
  Pair closed;
  closed.say("PROXY TCP4 ");
  closed.far.reset();
  EXPECT_EQ(net::read_proxy_header(closed.near.get(), 1000).error().code, base::Exit::protocol);
}

TEST(Proxied, ASilentProxyIsGivenUp) {
  const Pair pair;
  pair.say("PROXY ");
  const auto before = std::chrono::steady_clock::now();
  const auto header = net::read_proxy_header(pair.near.get(), 50);
  EXPECT_EQ(header.error().code, base::Exit::protocol);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace proxied_test

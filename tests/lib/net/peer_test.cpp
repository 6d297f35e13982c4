#include "net/peer.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

namespace peer_test {
namespace {

TEST(Peer, UcspiComesBeforeSystemd) {
  setenv("PROTO", "TCP", 1);
  setenv("TCPREMOTEIP", "192.0.2.1", 1);
  setenv("TCPREMOTEPORT", "1234", 1);
  setenv("REMOTE_ADDR", "::ffff:192.0.2.2", 1);
  EXPECT_EQ(net::find_peer(0).address, "192.0.2.1");
  EXPECT_EQ(net::find_peer(0).port, "1234");
  unsetenv("PROTO");
  EXPECT_EQ(net::find_peer(0).address, "192.0.2.2");
  unsetenv("REMOTE_ADDR");
  unsetenv("TCPREMOTEIP");
  unsetenv("TCPREMOTEPORT");
  EXPECT_EQ(net::find_peer(-1).address, "unknown");
}

TEST(Peer, AnIPv4ClientIsOneHoweverItIsWritten) {
  for (const char* text :
       {"192.0.2.1", "::ffff:192.0.2.1", "::FFFF:192.0.2.1", "::ffff:c000:201", "0:0:0:0:0:ffff:c000:0201"}) {
    setenv("REMOTE_ADDR", text, 1);
    EXPECT_EQ(net::find_peer(-1).address, "192.0.2.1") << text;
  }
  unsetenv("REMOTE_ADDR");
}

TEST(Peer, AZoneIsNoPartOfAnAddress) {
  for (const char* text :
       {"fe80::1", "fe80::1%eth0", "fe80::1%", "FE80:0::1%2", "fe80:0:0:0:0:0:0:1%a]\r\n"}) {
    setenv("REMOTE_ADDR", text, 1);
    EXPECT_EQ(net::find_peer(-1).address, "fe80::1") << text;
  }
  setenv("REMOTE_ADDR", "192.0.2.1%eth0", 1);
  EXPECT_EQ(net::find_peer(-1).address, "unknown");
  unsetenv("REMOTE_ADDR");
}

TEST(Peer, WhereTheEnvironmentSaysNoAddressTheSocketDoes) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(bind(listening, any, length) | listen(listening, 1) | getsockname(listening, any, &length), 0);
  ASSERT_EQ(connect(connection, any, length), 0);
  setenv("PROTO", "TCP", 1);
  setenv("TCPREMOTEIP", "example.test", 1);
  setenv("REMOTE_ADDR", "", 1);
  EXPECT_EQ(net::find_peer(connection).address, "127.0.0.1");
  for (const char* name : {"PROTO", "TCPREMOTEIP", "REMOTE_ADDR"}) unsetenv(name);
  close(connection);
  close(listening);
}

TEST(Peer, KnowsLoopback) {
  EXPECT_TRUE(net::is_loopback("127.0.0.9"));
  EXPECT_TRUE(net::is_loopback("::1"));
  EXPECT_FALSE(net::is_loopback("192.0.2.1"));
}

TEST(Peer, TakesNothingForAnAddressThatIsNone) {
  for (const char* text : {"1\r.\rX", "example.test", "1.2.3", "1.2.3.4]", ""}) {
    setenv("REMOTE_ADDR", text, 1);
    setenv("REMOTE_PORT", "25\n", 1);
    EXPECT_EQ(net::find_peer(-1).address, "unknown") << text;
  }
  setenv("REMOTE_ADDR", "2001:db8::1", 1);
  EXPECT_EQ(net::find_peer(-1).address, "2001:db8::1");
  EXPECT_EQ(net::find_peer(-1).port, "");
  unsetenv("REMOTE_ADDR");
  unsetenv("REMOTE_PORT");
}

}  // namespace
}  // namespace peer_test

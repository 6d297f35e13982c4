#include "net/peer.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

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

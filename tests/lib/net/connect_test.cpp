#include "net/connect.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace {

TEST(Connect, ReachesAListenerAndSaysWhenThereIsNone) {
  fs::Fd listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  // Bound but not listening: nobody answers, and nobody else can take the port.
  const auto refused = net::connect_to("127.0.0.1", ntohs(address.sin_port), 5000);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::Exit::temporary);
  EXPECT_NE(refused.error().what.find("Connection refused"), std::string::npos);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  EXPECT_TRUE(net::connect_to("127.0.0.1", ntohs(address.sin_port), 5000));
}

}  // namespace

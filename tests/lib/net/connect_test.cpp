#include "net/connect.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

namespace connect_test {
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

TEST(Connect, AddressesThatAreKnownAreNotLookedUpAndTheSourceIsChosen) {
  fs::Fd listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  ASSERT_EQ(listen(listener.get(), 5), 0);
  net::Endpoint endpoint{"no.such.name.invalid", ntohs(address.sin_port), {"::1", "127.0.0.1"}, "127.0.0.3"};
  const auto connection = net::connect_to(endpoint, 5000);
  ASSERT_TRUE(connection) << connection.error().what;
  ASSERT_EQ(getsockname(connection->get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK + 2);
  endpoint.source = "::1";
  endpoint.addresses = {"127.0.0.1"};
  EXPECT_NE(net::connect_to(endpoint, 5000).error().what.find("no address"), std::string::npos);
  endpoint.source = "192.0.2.1";
  EXPECT_FALSE(net::connect_to(endpoint, 5000));
  endpoint.source = "eth0";
  EXPECT_EQ(net::connect_to(endpoint, 5000).error().code, base::Exit::configuration);
  EXPECT_EQ(net::connect_to({"no.such.name.invalid", 25}, 5000).error().code == base::Exit::configuration,
            false);
}

}  // namespace
}  // namespace connect_test

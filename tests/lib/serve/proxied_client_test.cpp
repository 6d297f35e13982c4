#include "serve/proxied_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string_view>

#include "fs/fd.hpp"

namespace {

/// What is heard of `said`, which is all that comes; what is left of it goes to `rest`.
std::string heard(std::string_view said, std::string* rest = nullptr) {
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const fs::Fd ours(ends[0]), theirs(ends[1]);
  EXPECT_TRUE(fs::write_all(ours.get(), said));
  shutdown(ours.get(), SHUT_WR);
  const auto client = serve::hear_proxy(theirs.get(), 5000);
  char left[100];
  const auto got = recv(theirs.get(), left, sizeof left, 0);
  if (rest != nullptr) rest->assign(left, static_cast<std::size_t>(got > 0 ? got : 0));
  if (!client) return "! " + client.error().what;
  return *client ? (*client)->address + " " + (*client)->port : "-";
}

TEST(ProxiedClient, IsHeardByAnotherProcessAndNothingBehindIt) {
  std::string rest;
  EXPECT_EQ(heard("PROXY TCP4 203.0.113.7 192.0.2.9 4711 25\r\nEHLO c\r\n", &rest), "203.0.113.7 4711");
  EXPECT_EQ(rest, "EHLO c\r\n");
  EXPECT_EQ(heard("PROXY TCP6 2001:db8::1 2001:db8::2 1 25\r\n"), "2001:db8::1 1");
  EXPECT_EQ(heard("PROXY UNKNOWN\r\n"), "-");
}

TEST(ProxiedClient, SaysWhatWasWrong) {
  EXPECT_EQ(heard("EHLO c\r\n"), "! PROXY header: what came is none");
  EXPECT_EQ(heard("PROXY TCP4"), "! PROXY header: the connection was closed before it");
}

}  // namespace

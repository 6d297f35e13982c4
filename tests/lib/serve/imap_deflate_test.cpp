#include "serve/imap_deflate.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "fs/fd.hpp"

namespace imap_deflate_test {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    a = fs::Fd(ends[0]);
    b = fs::Fd(ends[1]);
  }
  fs::Fd a, b;
};

TEST(DeflateChannel, CarriesOctetsBothWaysAndNeverWaits) {
  Pair pair;
  auto left = serve::DeflateChannel::make(pair.a.get(), pair.a.get(), {});
  auto right = serve::DeflateChannel::make(pair.b.get(), pair.b.get(), {});
  ASSERT_TRUE(left && right);
  char into[1000];
  EXPECT_EQ((*right)->receive(into, sizeof into), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ((*left)->send("hello"), 5);
  EXPECT_EQ((*right)->receive(into, 3), 3);
  EXPECT_TRUE((*right)->has_input());
  EXPECT_EQ((*right)->receive(into + 3, 997), 2);
  EXPECT_EQ(std::string_view(into, 5), "hello");
  EXPECT_EQ((*right)->send("you"), 3);
  EXPECT_EQ((*left)->receive(into, sizeof into), 3);
  pair.a = fs::Fd();
  EXPECT_EQ((*right)->receive(into, sizeof into), 0);
}

TEST(DeflateChannel, AFullSocketIsCameBackToWithTheSameText) {
  Pair pair;
  auto left = serve::DeflateChannel::make(pair.a.get(), pair.a.get(), {});
  auto right = serve::DeflateChannel::make(pair.b.get(), pair.b.get(), {});
  std::string text;
  for (unsigned i = 0, x = 1; i < 4'000'000; ++i)
    text += static_cast<char>((x = x * 1103515245 + 12345) >> 16);
  std::string_view rest = text;
  std::string got;
  char into[4096];
  while (got.size() < text.size()) {
    const auto sent = rest.empty() ? 0 : (*left)->send(rest);
    if (sent > 0) rest.remove_prefix(static_cast<std::size_t>(sent));
    ASSERT_TRUE(sent >= 0 || errno == EAGAIN);
    const auto length = (*right)->receive(into, sizeof into);
    if (length > 0) got.append(into, static_cast<std::size_t>(length));
  }
  EXPECT_EQ(got, text);
}

TEST(DeflateChannel, WhatIsNoStreamIsAnError) {
  Pair pair;
  auto early = serve::DeflateChannel::make(pair.a.get(), pair.a.get(), "\xff\xff\xff\xff");
  char into[10];
  EXPECT_EQ((*early)->receive(into, sizeof into), -1);
  EXPECT_EQ(errno, EPROTO);
}

}  // namespace
}  // namespace imap_deflate_test

#include "serve/apart.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "fs/fd.hpp"

namespace apart_test {
namespace {

using Found = base::Result<std::string>;

Found apart(const std::function<Found()>& look) {
  return serve::look_apart({proc::Role::reader}, look);
}

TEST(Apart, WhatIsFoundComesBackWhole) {
  for (const std::size_t size : {0, 1, 70'000, 1'000'000})
    EXPECT_EQ(apart([&]() -> Found { return std::string(size, 'x'); }).value(), std::string(size, 'x'));
}

TEST(Apart, AnErrorIsTheSameOutside) {
  const auto found =
      apart([]() -> Found { return base::fail(base::Exit::not_permitted, "00 the user must be asked"); });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error(), base::fail(base::Exit::not_permitted, "00 the user must be asked"));
}

TEST(Apart, ItIsConfinedAndHoldsNothing) {
  const fs::Fd held(open("/etc/passwd", O_RDONLY));
  ASSERT_TRUE(held);
  const auto found = apart([&]() -> Found {
    std::string out;
    if (open("/etc/passwd", O_RDONLY) >= 0) out += "opened ";
    if (open("/tmp", O_RDONLY | O_DIRECTORY) >= 0) out += "listed ";
    if (lseek(held.get(), 0, SEEK_CUR) >= 0) out += "held ";
    return out + "looked";
  });
  EXPECT_EQ(found.value(), "looked");
}

TEST(Apart, OneThatDiesIsTriedLater) {
  for (const auto& die : std::initializer_list<std::function<void()>>{
           [] { std::raise(SIGABRT); }, [] { _exit(0); }, [] { execl("/bin/true", "true", nullptr); }}) {
    const auto found = apart([&]() -> Found {
      die();
      return std::string("alive");
    });
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, base::Exit::temporary);
  }
}

TEST(Apart, OneThatFindsTooMuchIsStopped) {
  const auto found = apart([]() -> Found { return std::string(2 * serve::apart_limit, 'x'); });
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::Exit::temporary);
}

}  // namespace
}  // namespace apart_test

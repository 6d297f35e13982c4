#include "spool/grip.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "queued.hpp"

namespace grip_test {
namespace {

fs::Fd open_file(const std::string& path) {
  return fs::open(path, O_RDWR).value();
}

TEST(Grip, OneAtATime) {
  const Queued spool;
  const auto path = spool.queue().path(spool.put(1'700'000'000, "", {"bob@far.test"}));
  const auto file = open_file(path);
  const auto other = open_file(path);
  std::optional<spool::Grip> first(std::in_place, file.get(), path);
  EXPECT_TRUE(*first);
  const spool::Grip second(other.get(), path);
  EXPECT_FALSE(second);
  EXPECT_TRUE(second.is_busy());
  first.reset();
  EXPECT_TRUE(spool::Grip(other.get(), path));
}

TEST(Grip, WhatBearsAnotherNameIsGone) {
  const Queued spool;
  const auto entry = spool.put(1'700'000'000, "", {"bob@far.test"});
  const auto path = spool.queue().path(entry);
  const auto file = open_file(path);
  const auto moved = spool.queue().defer(entry, 1'800'000'000).value();
  const spool::Grip late(file.get(), path);
  EXPECT_FALSE(late);
  EXPECT_FALSE(late.is_busy());
  // Another message under the old name is not the one that was opened.
  const auto again = spool.put(1'700'000'000, "", {"bob@far.test"});
  ASSERT_EQ(rename(spool.queue().path(again).c_str(), path.c_str()), 0);
  EXPECT_FALSE(spool::Grip(file.get(), path));
  EXPECT_TRUE(spool::Grip(file.get(), spool.queue().path(moved)));
}

TEST(Grip, IsNotKeptByAForkedChild) {
  const Queued spool;
  const auto path = spool.queue().path(spool.put(1'700'000'000, "", {"bob@far.test"}));
  const auto file = open_file(path);
  int wait_for[2];
  ASSERT_EQ(pipe(wait_for), 0);
  pid_t child = 0;
  {
    const spool::Grip grip(file.get(), path);
    child = fork();
    if (child == 0) {
      char end = 0;
      close(wait_for[1]);
      _exit(read(wait_for[0], &end, 1) == 0 ? 0 : 1);
    }
  }
  EXPECT_TRUE(spool::Grip(open_file(path).get(), path));
  close(wait_for[0]);
  close(wait_for[1]);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace grip_test

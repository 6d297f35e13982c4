#include "serve/wakes.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "spool/writer.hpp"
#include "talk.hpp"

namespace wakes_test {
namespace {

TEST(Wakes, NamesComeAsTheyWereSaidAndNothingElse) {
  const Directory directory;
  auto wakes = serve::Wakes::listen(directory.path()).value();
  const spool::Entry entry = {1234, "6c3565vfvf4i7", "example.test"};
  EXPECT_TRUE(wakes.hear().entries.empty());
  spool::wake(directory.path(), spool::file_name(entry));
  spool::wake(directory.path(), "../../etc/passwd");
  spool::wake(directory.path(), spool::file_name(entry));
  auto heard = wakes.hear();
  EXPECT_EQ(heard.entries, (std::vector<spool::Entry>{entry, entry}));
  EXPECT_TRUE(heard.all);
}

TEST(Wakes, APipeThatIsFullIsNoticedAndALineWithoutEndKeepsNothing) {
  const Directory directory;
  auto wakes = serve::Wakes::listen(directory.path()).value();
  for (int i = 0; i < 20; ++i) spool::wake(directory.path(), std::string(4000, 'x'));
  EXPECT_FALSE(wakes.hear().all);
  while (!wakes.hear().all) continue;
  const spool::Entry entry = {1234, "6c3565vfvf4i7", "example.test"};
  spool::wake(directory.path(), spool::file_name(entry));
  EXPECT_EQ(wakes.hear().entries.size(), 1u);
}

TEST(Wakes, WhateverLiesInItsPlaceGoes) {
  const Directory directory;
  std::ofstream(directory.path() + "/wake") << "x";
  const auto wakes = serve::Wakes::listen(directory.path());
  ASSERT_TRUE(wakes);
  struct stat info = {};
  ASSERT_EQ(stat((directory.path() + "/wake").c_str(), &info), 0);
  EXPECT_TRUE(S_ISFIFO(info.st_mode));
  EXPECT_EQ(info.st_mode & 07777, 0622u);
}

TEST(Signals, AreReadAndNotSuffered) {
  sigset_t before;
  sigprocmask(SIG_BLOCK, nullptr, &before);
  auto signals = serve::Signals::block().value();
  EXPECT_FALSE(signals.hear().end);
  raise(SIGHUP);
  auto heard = signals.hear();
  EXPECT_TRUE(heard.reload);
  EXPECT_FALSE(heard.end);
  EXPECT_FALSE(heard.child);
  raise(SIGCHLD);
  heard = signals.hear();
  EXPECT_TRUE(heard.child);
  EXPECT_FALSE(heard.end);
  raise(SIGTERM);
  heard = signals.hear();
  EXPECT_TRUE(heard.end);
  EXPECT_FALSE(heard.reload);
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace wakes_test

#include "spool/ownership.hpp"

#include <unistd.h>

#include "queued.hpp"

namespace ownership_test {
namespace {

std::string first(const std::vector<spool::Oddity>& found) {
  return found.empty() ? "" : found[0].where + ": " + found[0].what;
}

TEST(Ownership, ANewSpoolIsAsItShouldBe) {
  const Queued spool;
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()), "");
  EXPECT_EQ(spool::odd_places(spool.path() + "/none").error().code, base::Exit::no_input);
}

TEST(Ownership, FoldersFromWhichOthersRemoveMail) {
  const Queued spool;
  const auto folder = spool.path() + "/queue/a";
  for (const auto& [mode, odd] : {std::pair{mode_t{0700}, false},
                                  {0755, false},
                                  {0770, true},
                                  {0707, true},
                                  {01770, false},
                                  {03770, false},
                                  {01777, false}}) {
    ASSERT_EQ(chmod(folder.c_str(), mode), 0);
    EXPECT_EQ(!spool::odd_places(spool.path()).value().empty(), odd) << std::oct << mode;
  }
  ASSERT_EQ(chmod(folder.c_str(), 0700), 0);
  ASSERT_EQ(rmdir(folder.c_str()), 0);
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()), "queue/a: is missing");
  ASSERT_EQ(symlink("/tmp", folder.c_str()), 0);
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()), "queue/a: is no folder");
}

TEST(Ownership, WhatStandsBeside) {
  const Queued spool;
  const auto wake = spool.path() + "/wake";
  ASSERT_EQ(mkfifo(wake.c_str(), 0600), 0);
  ASSERT_EQ(chmod(wake.c_str(), 0622), 0);
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()), "");
  ASSERT_EQ(chmod(wake.c_str(), 0666), 0);
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()), "wake: mode 0666 gives others too much");
  ASSERT_EQ(unlink(wake.c_str()), 0);
  ASSERT_EQ(mkdir(wake.c_str(), 0700), 0);
  EXPECT_EQ(first(spool::odd_places(spool.path()).value()),
            "wake: is something else than what belongs there");
}

TEST(Ownership, Files) {
  struct stat folder = {};
  folder.st_mode = S_IFDIR | 0700;
  folder.st_uid = 500;
  struct stat file = {};
  file.st_mode = S_IFREG | 0600;
  file.st_uid = 500;
  file.st_nlink = 1;
  EXPECT_FALSE(spool::odd_file(file, folder));
  file.st_uid = 0;
  EXPECT_FALSE(spool::odd_file(file, folder));
  file.st_uid = 501;
  EXPECT_EQ(spool::odd_file(file, folder), "belongs to user 501, the folder to 500");
  folder.st_mode = S_IFDIR | 03770;
  EXPECT_FALSE(spool::odd_file(file, folder));
  file.st_nlink = 2;
  EXPECT_TRUE(spool::odd_file(file, folder));
  file.st_nlink = 1;
  file.st_mode = S_IFREG | 0640;
  EXPECT_EQ(spool::odd_file(file, folder), "mode 0640 instead of 0600: others may touch it");
  file.st_mode = S_IFLNK | 0600;
  EXPECT_EQ(spool::odd_file(file, folder), "is no plain file");
}

}  // namespace
}  // namespace ownership_test

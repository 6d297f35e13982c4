#include "fs/common_memory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace common_memory_test {
namespace {

constexpr std::size_t size = 8192;

class CommonMemory : public testing::Test {
 protected:
  CommonMemory() {
    char name[] = "/tmp/common_memory.XXXXXX";
    directory_ = mkdtemp(name);
    path_ = directory_ + "/counts";
  }
  ~CommonMemory() override {
    unlink(path_.c_str());
    unlink((directory_ + "/other").c_str());
    rmdir(directory_.c_str());
  }
  base::Result<fs::CommonMemory> open() const { return fs::CommonMemory::open(path_, size); }
  static char* begin(const fs::CommonMemory::Part& part) { return static_cast<char*>(part.get()); }

  std::string directory_;
  std::string path_;
};

TEST_F(CommonMemory, IsTheSameForAllWhoOpenIt) {
  const auto first = open().value(), second = open().value();
  EXPECT_EQ(first.seed(), second.seed());
  const auto here = first.map(4096, 4096).value(), there = second.map(4096, 4096).value();
  EXPECT_EQ(*begin(there), 0);
  *begin(here) = 'x';
  EXPECT_EQ(*begin(there), 'x');
  EXPECT_EQ(*begin(second.map(0, 4096).value()), 0);
  struct stat info = {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST_F(CommonMemory, WithoutANameItIsForOnesOwn) {
  const auto first = fs::CommonMemory::make(size).value(), second = fs::CommonMemory::make(size).value();
  EXPECT_NE(first.seed(), second.seed());
  *begin(first.map(0, size).value()) = 'x';
  EXPECT_EQ(*begin(second.map(0, size).value()), 0);
}

TEST_F(CommonMemory, WhatIsDamagedIsBegunAnewAndNobodyIsCutShort) {
  const auto before = open().value();
  const auto mapped = before.map(0, size).value();
  *begin(mapped) = 'x';
  for (const char* damage :
       {"truncate -s 100 %s", "printf 'other counts' | dd conv=notrunc of=%s 2>/dev/null"}) {
    char command[200];
    const auto copy = "cp " + path_ + " " + directory_ + "/other && mv " + directory_ + "/other " + path_;
    ASSERT_EQ(std::system(copy.c_str()), 0);
    std::snprintf(command, sizeof command, damage, path_.c_str());
    ASSERT_EQ(std::system(command), 0);
    const auto anew = open().value();
    EXPECT_NE(anew.seed(), before.seed());
    EXPECT_EQ(*begin(anew.map(0, size).value()), 0) << damage;
    EXPECT_EQ(*begin(mapped), 'x');
  }
  EXPECT_TRUE(fs::CommonMemory::open(path_, 2 * size));
}

TEST_F(CommonMemory, WhoHasBegunItKeepsNobodyFromBeginningItAnew) {
  const auto mapped = open().value().map(0, size).value();
  for (const bool kept : {false, true}) {
    const auto before = kept ? open() : base::Result<fs::CommonMemory>(base::fail(base::Exit::os, ""));
    // The same file, in place.
    ASSERT_EQ(std::system(("printf garbage | dd conv=notrunc of=" + path_ + " 2>/dev/null").c_str()), 0);
    const pid_t pid = fork();
    if (pid == 0) {
      alarm(20);
      _exit(open() ? 0 : 1);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    ASSERT_EQ(status, 0);
  }
}

TEST_F(CommonMemory, WhoLeavesItHasNoneOfIt) {
  const auto memory = open().value();
  const auto one = memory.map(0, 4096).value(), other = memory.map(4096, 4096).value();
  if (fork() == 0) {
    fs::leave_common_memory();
    for (const auto* part : {&one, &other}) {
      if (msync(part->get(), 4096, MS_ASYNC) == 0 || errno != ENOMEM) _exit(1);
    }
    _exit(0);
  }
  int status = -1;
  wait(&status);
  EXPECT_EQ(status, 0);
  *begin(one) = *begin(other) = 'x';
}

TEST_F(CommonMemory, WhoeverCountsInAFileThatIsCutGoesOn) {
  const auto mapped = open().value().map(4096, 4096).value();
  const auto whole = open().value().map(0, size).value();
  *begin(mapped) = 'x';
  ASSERT_EQ(truncate(path_.c_str(), 0), 0);
  *(begin(mapped) + 100) = 'y';
  EXPECT_EQ(*(begin(mapped) + 100), 'y');
  // With those that this process makes, and begun anew.
  if (fork() == 0) {
    *(begin(mapped) + 1) = 'z';
    _exit(0);
  }
  int status = 0;
  wait(&status);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*begin(mapped), 0);
  EXPECT_EQ(*(begin(mapped) + 1), 'z');
  EXPECT_EQ(*(begin(whole) + size - 1), 0);
  const auto anew = open().value().map(4096, 4096).value();
  EXPECT_EQ(*(begin(anew) + 100), 0);
}

TEST_F(CommonMemory, MemoryOfAnotherKindThatIsCutEndsTheProcess) {
  const auto counted = open().value().map(0, size).value();
  const auto other = directory_ + "/other";
  ASSERT_EQ(std::system(("head -c 8192 /dev/zero > " + other).c_str()), 0);
  const fs::Fd file = fs::open(other, O_RDWR).value();
  auto* const memory = static_cast<char*>(mmap(nullptr, 8192, PROT_READ, MAP_SHARED, file.get(), 0));
  ASSERT_EQ(ftruncate(file.get(), 0), 0);
  EXPECT_EXIT(_exit(*memory), testing::KilledBySignal(SIGBUS), "");
  munmap(memory, 8192);
}

TEST_F(CommonMemory, ItHasItsRoomFromTheStart) {
  ASSERT_TRUE(open());
  struct stat info = {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_GE(info.st_blocks * 512, static_cast<off_t>(size));
}

TEST_F(CommonMemory, WhatOthersCouldWriteIsRefused) {
  const auto refused = [&] { return !open() && open().error().code == base::Exit::configuration; };
  const auto other = directory_ + "/other";
  ASSERT_TRUE(open());
  EXPECT_FALSE(refused());
  ASSERT_EQ(chmod(path_.c_str(), 0620), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(chmod(path_.c_str(), 0600), 0);
  ASSERT_EQ(link(path_.c_str(), other.c_str()), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_EQ(symlink(other.c_str(), path_.c_str()), 0);
  EXPECT_TRUE(refused());
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_TRUE(refused());
  if (geteuid() != 0) return;
  ASSERT_EQ(unlink(path_.c_str()), 0);
  ASSERT_EQ(rename(other.c_str(), path_.c_str()), 0);
  ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
  EXPECT_TRUE(refused());
}

TEST_F(CommonMemory, ManyWhoBeginItAtOnceHaveOne) {
  for (int i = 0; i < 20; ++i) {
    if (fork() == 0) {
      const auto memory = open();
      if (!memory) _exit(1);
      const auto part = memory->map(0, size).value();
      __atomic_fetch_add(static_cast<int*>(part.get()), 1, __ATOMIC_SEQ_CST);
      _exit(0);
    }
  }
  int status = 0;
  while (wait(&status) > 0) EXPECT_EQ(status, 0);
  EXPECT_EQ(*static_cast<int*>(open().value().map(0, size).value().get()), 20);
}

}  // namespace
}  // namespace common_memory_test

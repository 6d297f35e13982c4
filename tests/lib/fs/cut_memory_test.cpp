#include "fs/cut_memory.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "fs/fd.hpp"

namespace cut_memory_test {
namespace {

/// Two pages of a file, full of x.
struct Site {
  static constexpr std::size_t size = 8192;
  fs::Fd file;
  char* memory = nullptr;
  explicit Site(int protection = PROT_READ) {
    std::string path = "/tmp/cut-memory.XXXXXX";
    file.reset(mkstemp(path.data()));
    unlink(path.c_str());
    EXPECT_TRUE(fs::write_all(file.get(), std::string(size, 'x')));
    memory = static_cast<char*>(mmap(nullptr, size, protection, MAP_SHARED, file.get(), 0));
  }
  ~Site() {
    fs::forget_cuts(memory);
    munmap(memory, size);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;
  void cut(off_t length) const { EXPECT_EQ(ftruncate(file.get(), length), 0); }
};

TEST(CutMemory, WhatIsCutIsZerosAndSaysSo) {
  const Site site, other;
  fs::watch_for_cuts(site.memory, Site::size, fs::Access::read);
  fs::watch_for_cuts(other.memory, Site::size, fs::Access::read);
  site.cut(4096);
  EXPECT_EQ(site.memory[0], 'x');
  EXPECT_FALSE(fs::is_cut(site.memory));
  errno = 7;
  EXPECT_EQ(site.memory[5000], 0);
  EXPECT_EQ(errno, 7);
  EXPECT_TRUE(fs::is_cut(site.memory));
  EXPECT_EQ(site.memory[0], 0);
  EXPECT_FALSE(fs::is_cut(other.memory));
  EXPECT_EQ(other.memory[5000], 'x');
}

TEST(CutMemory, WhatIsNotWatchedAnyMoreEndsTheProcess) {
  const Site site;
  fs::watch_for_cuts(site.memory, Site::size, fs::Access::read);
  fs::forget_cuts(site.memory);
  site.cut(0);
  EXPECT_EXIT(_exit(site.memory[0]), testing::KilledBySignal(SIGBUS), "");
  EXPECT_FALSE(fs::is_cut(nullptr));
}

TEST(CutMemory, APlaceThatIsFreeAgainForgetsTheCut) {
  for (int i = 0; i < 100; ++i) {
    const Site site(PROT_READ | PROT_WRITE);
    fs::watch_for_cuts(site.memory, Site::size, fs::Access::write);
    EXPECT_FALSE(fs::is_cut(site.memory));
    site.cut(0);
    site.memory[1] = 'y';
    EXPECT_EQ(site.memory[1], 'y');
    EXPECT_TRUE(fs::is_cut(site.memory));
  }
}

}  // namespace
}  // namespace cut_memory_test

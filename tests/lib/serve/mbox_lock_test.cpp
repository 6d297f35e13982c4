#include "serve/mbox_lock.hpp"

#include <sys/time.h>

#include "posted.hpp"

namespace mbox_lock_test {
namespace {

struct Box {
  Directory directory;
  std::string path = directory.path() + "/box";
  fs::Fd file = fs::open(path, O_RDWR | O_CREAT, 0600).value();
  base::Result<serve::MboxLock> lock() const {
    // As another program would open it.
    return serve::MboxLock::take(file.get(), path, 0);
  }
  bool has_file() const { return std::filesystem::exists(path + ".lock"); }
};

TEST(MboxLock, TwoProgramsDoNotHoldItAtOnce) {
  const Box box;
  const auto other = fs::open(box.path, O_RDWR).value();
  {
    const auto lock = box.lock();
    ASSERT_TRUE(lock);
    EXPECT_TRUE(box.has_file());
    const auto second = serve::MboxLock::take(other.get(), box.path, 0);
    EXPECT_EQ(second.error().code, base::Exit::temporary);
  }
  EXPECT_FALSE(box.has_file());
  struct flock whole = {};
  whole.l_type = F_WRLCK;
  ASSERT_EQ(fcntl(other.get(), F_OFD_SETLK, &whole), -1);
  const Box free;
  ASSERT_TRUE(free.lock());
}

TEST(MboxLock, AnotherProgramsLockFileIsRespectedUntilItIsDead) {
  const Box box;
  const auto make = [&](const std::string& text, bool old) {
    std::ofstream(box.path + ".lock") << text;
    const timeval long_ago[] = {{1000, 0}, {1000, 0}};
    if (old && utimes((box.path + ".lock").c_str(), long_ago) != 0) std::abort();
  };
  make("", false);
  EXPECT_FALSE(box.lock());
  // The number of this process, which lives.
  make(std::to_string(getpid()), true);
  EXPECT_FALSE(box.lock());
  make("4194304\n", true);
  EXPECT_FALSE(box.lock());
  EXPECT_TRUE(box.lock());
  EXPECT_FALSE(box.has_file());
}

TEST(MboxLock, WhereNoFileCanBeMadeTheOtherLockIsAll) {
  if (geteuid() == 0) GTEST_SKIP() << "root makes files everywhere";
  const Box box;
  ASSERT_EQ(chmod(box.directory.path().c_str(), 0500), 0);
  EXPECT_TRUE(box.lock());
  ASSERT_EQ(chmod(box.directory.path().c_str(), 0700), 0);
}

}  // namespace
}  // namespace mbox_lock_test

#include "fs/lock.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace lock_test {
namespace {

TEST(Lock, OnlyOneHoldsIt) {
  std::string dir = "/tmp/lock.XXXXXX";
  ASSERT_NE(mkdtemp(dir.data()), nullptr);
  const std::string path = dir + "/lock";
  {
    const auto held = fs::try_lock(path, "in use");
    ASSERT_TRUE(held);
    const auto second = fs::try_lock(path, "in use");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Exit::temporary);
    EXPECT_EQ(second.error().what, path + ": in use");
    EXPECT_TRUE(second.error().in_use);
  }
  EXPECT_TRUE(fs::try_lock(path, "in use"));
  unlink(path.c_str());
  rmdir(dir.c_str());
}

}  // namespace
}  // namespace lock_test

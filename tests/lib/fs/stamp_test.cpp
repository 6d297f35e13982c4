#include "fs/stamp.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs/fd.hpp"
#include "fs/packet.hpp"

namespace stamp_test {
namespace {

TEST(Stamp, ChangesWithTheFile) {
  std::string path = "/tmp/stamp.XXXXXX";
  const fs::Fd file(mkstemp(path.data()));
  ASSERT_TRUE(file);
  const auto first = fs::stamp_of(path);
  EXPECT_EQ(fs::stamp_of(path), first);
  ASSERT_TRUE(fs::write_all(file.get(), "more"));
  EXPECT_NE(fs::stamp_of(path), first);
  const auto other = path + ".other";
  const auto replacement = fs::open(other, O_WRONLY | O_CREAT | O_EXCL, 0600);
  ASSERT_TRUE(replacement);
  ASSERT_TRUE(fs::write_all(replacement->get(), "less"));
  const auto second = fs::stamp_of(path);
  ASSERT_EQ(rename(other.c_str(), path.c_str()), 0);
  EXPECT_NE(fs::stamp_of(path), second);
  unlink(path.c_str());
  EXPECT_EQ(fs::stamp_of(path), fs::Stamp());
}

TEST(Stamp, OneFileByTwoDescriptors) {
  const auto sockets = fs::stream_sockets().value();
  const fs::Fd again(dup(sockets.first.get()));
  EXPECT_TRUE(fs::same_file(sockets.first.get(), again.get()));
  EXPECT_FALSE(fs::same_file(sockets.first.get(), sockets.second.get()));
  EXPECT_FALSE(fs::same_file(-1, -1));
}

TEST(Stamp, AFileBearsANameUntilAnotherTakesIt) {
  std::string path = "/tmp/stamp.XXXXXX";
  const fs::Fd file(mkstemp(path.data()));
  EXPECT_TRUE(fs::bears_name(file.get(), path));
  const auto moved = path + ".moved";
  ASSERT_EQ(rename(path.c_str(), moved.c_str()), 0);
  EXPECT_FALSE(fs::bears_name(file.get(), path));
  ASSERT_EQ(symlink(moved.c_str(), path.c_str()), 0);
  EXPECT_FALSE(fs::bears_name(file.get(), path));
  EXPECT_TRUE(fs::bears_name(file.get(), moved));
  unlink(path.c_str());
  unlink(moved.c_str());
  EXPECT_FALSE(fs::bears_name(file.get(), moved));
}

}  // namespace
}  // namespace stamp_test

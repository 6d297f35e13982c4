#include "fs/writeback.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "fs/fd.hpp"

namespace writeback_test {
namespace {

TEST(Writeback, LeavesTheDataOfAFileAsItIs) {
  std::string path = "/tmp/writeback.XXXXXX";
  const fs::Fd file(mkstemp(path.data()));
  ASSERT_TRUE(file);
  unlink(path.c_str());
  ASSERT_TRUE(fs::write_all(file.get(), "one"));
  ASSERT_TRUE(fs::begin_writeback(file.get(), "file"));
  ASSERT_TRUE(fs::write_all(file.get(), " two"));
  EXPECT_TRUE(fs::sync(file.get(), "file"));
  EXPECT_EQ(fs::read_at(file.get(), 0, 7).value(), "one two");
}

TEST(Writeback, SaysWhatCouldNotBegin) {
  int ends[2] = {};
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const fs::Fd out(ends[0]), in(ends[1]);
  const auto done = fs::begin_writeback(in.get(), "the message");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::Exit::io);
  EXPECT_EQ(done.error().what, "the message: Illegal seek");
}

}  // namespace
}  // namespace writeback_test

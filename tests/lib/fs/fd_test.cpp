#include "fs/fd.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

namespace fd_test {
namespace {

struct TemporaryDir {
  std::string path = "/tmp/fd.XXXXXX";
  TemporaryDir() { EXPECT_NE(mkdtemp(path.data()), nullptr); }
  ~TemporaryDir() { EXPECT_EQ(system(("rm -rf " + path).c_str()), 0); }
};

TEST(Fd, WritesAndReadsBack) {
  const TemporaryDir dir;
  const std::string path = dir.path + "/file";
  const auto file = fs::open(path, O_RDWR | O_CREAT | O_EXCL, 0600).value().release();
  ASSERT_TRUE(fs::write_all(file, "0123456789"));
  ASSERT_TRUE(fs::write_all_at(file, "AB", 3));
  EXPECT_EQ(fs::read_at(file, 2, 4).value(), "2AB5");
  EXPECT_EQ(fs::read_at(file, 8, 4).error().code, base::Exit::data);
  ASSERT_TRUE(fs::sync(file, path));
  ASSERT_TRUE(fs::sync_dir(dir.path));
  close(file);
  EXPECT_EQ(fs::read_all(path, 10).value(), "012AB56789");
  EXPECT_EQ(fs::read_all(path, 9).error().code, base::Exit::data);
}

TEST(Fd, ErrorsNameThePath) {
  const auto missing = fs::open("/nonexistent/file", O_RDONLY);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "/nonexistent/file: No such file or directory");
  EXPECT_EQ(missing.error().code, base::Exit::no_input);
  EXPECT_EQ(fs::read_all("/nonexistent/file", 1).error().code, base::Exit::no_input);
}

TEST(Fd, AFullDiskIsTemporary) {
  const fs::Fd full(open("/dev/full", O_WRONLY));
  const auto written = fs::write_all(full.get(), "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, base::Exit::temporary);
}

}  // namespace
}  // namespace fd_test

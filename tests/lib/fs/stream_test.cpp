#include "fs/stream.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace stream_test {
namespace {

TEST(Stream, HandsOverEveryByteAndTheSinksError) {
  const fs::Fd file(memfd_create("stream", MFD_CLOEXEC));
  const std::string text(200'000, 'x');
  ASSERT_TRUE(fs::write_all(file.get(), text));
  lseek(file.get(), 0, SEEK_SET);
  std::size_t total = 0;
  std::size_t pieces = 0;
  ASSERT_TRUE(fs::each_chunk(file.get(), "file", [&](std::string_view chunk) -> base::Result<void> {
    total += chunk.size();
    ++pieces;
    return {};
  }));
  EXPECT_EQ(total, text.size());
  EXPECT_EQ(pieces, 2u);
  lseek(file.get(), 0, SEEK_SET);
  const auto stopped = fs::each_chunk(file.get(), "file", [](std::string_view) -> base::Result<void> {
    return base::fail(base::Exit::data, "enough");
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().what, "enough");
}

TEST(Stream, NamesTheFileThatFails) {
  const std::string missing[] = {"/nonexistent/file"};
  const auto out = fs::each_chunk(missing, [](std::string_view) -> base::Result<void> { return {}; });
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, base::Exit::no_input);
  EXPECT_NE(out.error().what.find("/nonexistent/file"), std::string::npos);
}

TEST(Stream, WhatCannotBeReadLeavesNothing) {
  const fs::Fd file(memfd_create("stream", MFD_CLOEXEC));
  ASSERT_TRUE(fs::write_all(file.get(), "text"));
  lseek(file.get(), 0, SEEK_SET);
  std::string buffer = "before";
  ASSERT_TRUE(fs::read_some(file.get(), buffer, 100, "file"));
  EXPECT_EQ(buffer, "text");
  const auto failed = fs::read_some(-1, buffer, 100, "file");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "file: Bad file descriptor");
  EXPECT_EQ(buffer, "");
}

TEST(Stream, CreatesNothingThatIsThere) {
  std::string directory = testing::TempDir() + "stream-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const auto opened = fs::open(directory, O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(opened);
  ASSERT_EQ(symlinkat("target", opened->get(), "x1"), 0);
  const auto name = [](unsigned number) { return "x" + std::to_string(number); };
  EXPECT_EQ(fs::create_unused(opened->get(), name)->name, "x2");
  EXPECT_EQ(fs::create_unused(opened->get(), name)->name, "x3");
  const auto full = fs::create_unused(opened->get(), [](unsigned) { return std::string("x2"); });
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, base::Exit::cannot_create);
  EXPECT_NE(faccessat(opened->get(), "target", F_OK, 0), 0);
  for (const char* made : {"x1", "x2", "x3"}) unlinkat(opened->get(), made, 0);
  rmdir(directory.c_str());
}

TEST(Stream, ACloseThatFailsIsAnError) {
  EXPECT_TRUE(fs::close(fs::Fd(dup(0)), "x").has_value());
  const auto closed = fs::close(fs::Fd(1'000'000), "a file");
  ASSERT_FALSE(closed);
  EXPECT_TRUE(closed.error().what.starts_with("a file: "));
}

}  // namespace
}  // namespace stream_test

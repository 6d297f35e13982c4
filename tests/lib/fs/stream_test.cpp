#include "fs/stream.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

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
  EXPECT_EQ(pieces, 4u);
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

}  // namespace

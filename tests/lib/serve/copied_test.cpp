#include "serve/copied.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace copied_test {
namespace {

TEST(Copied, IsReadFromItsBeginning) {
  const auto file = serve::copied([](const serve::UsePiece& use) -> base::Result<void> {
    TRY(use("Subject: x\n"));
    return use("\nx\n");
  });
  ASSERT_TRUE(file);
  char text[100];
  const auto got = read(file->get(), text, sizeof text);
  EXPECT_EQ(std::string(text, static_cast<std::size_t>(std::max<ssize_t>(got, 0))), "Subject: x\n\nx\n");
}

TEST(Copied, HalfOfItIsNothing) {
  const auto file = serve::copied([](const serve::UsePiece& use) -> base::Result<void> {
    TRY(use("Subject: x\n"));
    return base::fail(base::Exit::io, "the disk");
  });
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().what, "the disk");
}

}  // namespace
}  // namespace copied_test

#include "fs/output.hpp"

#include <gtest/gtest.h>

#include "fs/fd.hpp"
#include "fs/stream.hpp"

namespace output_test {
namespace {

TEST(Output, NothingIsLostOrTurnedAround) {
  auto file = fs::temporary_file();
  ASSERT_TRUE(file);
  fs::Output out(file->get());
  std::string wanted;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::string piece(i * 37 % 1500 + (i == 150 ? 200'000 : 0), static_cast<char>('a' + i % 26));
    wanted += piece;
    ASSERT_TRUE(out.write(piece));
  }
  ASSERT_TRUE(out.flush());
  EXPECT_EQ(*fs::read_up_to(file->get(), 0, 10'000'000), wanted);
}

TEST(Output, ErrorsAreSaid) {
  auto full = fs::open("/dev/full", O_WRONLY);
  ASSERT_TRUE(full);
  fs::Output out(full->get());
  EXPECT_TRUE(out.write("x"));
  EXPECT_FALSE(out.flush());
}

}  // namespace
}  // namespace output_test

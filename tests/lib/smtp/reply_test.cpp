#include "smtp/reply.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Reply, IsWrittenLineByLine) {
  EXPECT_EQ(smtp::to_wire({250, "", {"a", "b"}}), "250-a\r\n250 b\r\n");
  EXPECT_LT(smtp::to_wire({250, "", {std::string(1000, 'x')}}).size(), 500u);
  EXPECT_EQ(smtp::to_wire({334, "", {std::string(12'000, 'x')}}).size(), 12'006u);
  EXPECT_EQ(smtp::to_wire({550, "5.1.1", {"x\r\n250 ok"}}), "550 5.1.1 x\\r\\n250 ok\r\n");
}

}  // namespace

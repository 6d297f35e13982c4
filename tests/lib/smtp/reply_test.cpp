#include "smtp/reply.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Reply, IsWrittenLineByLine) {
  EXPECT_EQ(smtp::to_wire({250, "", {"a", "b"}}), "250-a\r\n250 b\r\n");
  EXPECT_EQ(smtp::to_wire({550, "5.1.1", {"x\r\n250 ok"}}), "550 5.1.1 x\\r\\n250 ok\r\n");
}

}  // namespace

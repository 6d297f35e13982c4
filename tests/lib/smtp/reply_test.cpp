#include "smtp/reply.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace reply_test {
namespace {

TEST(Reply, IsWrittenLineByLine) {
  EXPECT_EQ(smtp::to_wire({250, "", {"a", "b"}}), "250-a\r\n250 b\r\n");
  EXPECT_LT(smtp::to_wire({250, "", {std::string(1000, 'x')}}).size(), 500u);
  // RFC 5321 section 4.5.3.1.5, whatever the host is called, and cut between two characters.
  for (const std::string text : {"x", "\xC3\xA9", "\xE2\x82\xAC", "\n", "\xFF", "\xC2\x80"}) {
    std::string reason;
    while (reason.size() < 400) reason += text;
    const auto wire = smtp::to_wire({421, "4.7.1", {std::string(255, 'h') + " " + reason}});
    EXPECT_LE(wire.size(), 512u) << text;
    EXPECT_TRUE(base::is_utf8(wire)) << text;
  }
  EXPECT_EQ(smtp::to_wire({334, "", {std::string(12'000, 'x')}}).size(), 12'006u);
  EXPECT_EQ(smtp::to_wire({550, "5.1.1", {"x\r\n250 ok"}}), "550 5.1.1 x\\r\\n250 ok\r\n");
}

}  // namespace
}  // namespace reply_test

#include "serve/examine.hpp"

#include "decoded_message.hpp"

namespace examine_test {
namespace {

TEST(Examine, ExaminesEveryPart) {
  const auto message = serve::Message::open("m", text);
  const auto whole = examine(*message, message->parts.at(0));
  EXPECT_EQ(whole.sha256, "");
  EXPECT_TRUE(whole.decoded.defects.empty());
  const auto file = examine(*message, message->parts.at(2));
  EXPECT_EQ(file.sha256, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae");
  ASSERT_EQ(file.decoded.defects.list().size(), 1u);
  EXPECT_EQ(text[file.decoded.defects.list()[0].offset], '*');
}

}  // namespace
}  // namespace examine_test

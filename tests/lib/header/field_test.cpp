#include "header/field.hpp"

#include <gtest/gtest.h>

namespace field_test {
namespace {

TEST(Field, BodyStartsBehindTheFirstEmptyLine) {
  EXPECT_EQ(header::body_offset("A: b\n\nbody"), 6u);
  EXPECT_EQ(header::body_offset("A: b\r\n\r\nbody"), 8u);
  EXPECT_EQ(header::body_offset("\nbody"), 1u);
  EXPECT_EQ(header::body_offset("A: b\n"), 5u);
  EXPECT_EQ(header::body_offset(""), 0u);
}

TEST(Field, FoldsBelongToTheirField) {
  const auto fields = header::parse_fields("Subject: one\r\n two\r\nTo : x\r\n\r\nNot: one\r\n");
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].name, "Subject");
  EXPECT_EQ(fields[0].body, " one\r\n two");
  EXPECT_EQ(fields[0].text, "Subject: one\r\n two\r\n");
  EXPECT_EQ(header::unfold(fields[0].body), "one two");
  EXPECT_EQ(fields[1].name, "To");
  EXPECT_EQ(header::find(fields, "SUBJECT"), &fields[0]);
  EXPECT_EQ(header::find(fields, "Not"), nullptr);
}

TEST(Field, ALineThatIsNoFieldHasNoName) {
  const auto fields = header::parse_fields("From me at once\nnonsense\nA: b\n:\n two words: x\n");
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields[0].name, "");
  EXPECT_EQ(fields[1].name, "");
  EXPECT_EQ(fields[2].name, "A");
  EXPECT_EQ(fields[3].name, "");
}

TEST(Field, HasALimit) {
  EXPECT_EQ(header::parse_fields("A: 1\nB: 2\nC: 3\n", 2).size(), 2u);
}

TEST(Field, UnfoldingLeavesOneLine) {
  EXPECT_EQ(header::unfold(" a\r\n\tb\r c\n"), "a\tb  c");
  EXPECT_EQ(header::unfold(std::string_view("a\0b", 3)), "a b");
}

}  // namespace
}  // namespace field_test

#include "serve/message_head.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "fs/stream.hpp"

namespace message_head_test {
namespace {

std::string head_of(std::string_view message) {
  const auto file = fs::temporary_file().value();
  EXPECT_TRUE(fs::write_all(file.get(), message));
  EXPECT_EQ(lseek(file.get(), 0, SEEK_SET), 0);
  auto out = serve::read_head(file.get()).value();
  EXPECT_EQ(lseek(file.get(), 0, SEEK_CUR), static_cast<off_t>(message.size())) << "not all of it was read";
  return out;
}

TEST(MessageHead, ItEndsAtTheEmptyLine) {
  EXPECT_EQ(head_of("A: b\nC: d\n\ntext\n\nmore"), "A: b\nC: d\n");
  EXPECT_EQ(head_of("A: b\r\nC: d\r\n\r\ntext\r\n"), "A: b\nC: d\n");
  EXPECT_EQ(head_of("A: b\n"), "A: b\n");
  EXPECT_EQ(head_of("A: b"), "A: b");
  EXPECT_EQ(head_of("\nA: b\n\n"), "");
  EXPECT_EQ(head_of(""), "");
}

TEST(MessageHead, TheFirstMebibyteOfIt) {
  EXPECT_EQ(head_of("A: b\n" + std::string(3 << 20, 'x')).size(), 1U << 20);
  EXPECT_EQ(head_of("A: b\n\n" + std::string(3 << 20, 'x')), "A: b\n");
}

TEST(MessageHead, WhoHasSentIt) {
  const auto of = [](const char* head) { return serve::return_path(header::parse_fields(head)); };
  EXPECT_EQ(of("Return-Path: <a@b.test>\n"), "a@b.test");
  EXPECT_EQ(of("Return-Path: <>\n"), "");
  EXPECT_EQ(of("Return-Path: <a@b.test>, <c@d.test>\n"), "");
  EXPECT_EQ(of("From: a@b.test\n"), "");
}

}  // namespace
}  // namespace message_head_test

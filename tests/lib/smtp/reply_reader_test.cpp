#include "smtp/reply_reader.hpp"

#include <gtest/gtest.h>

namespace reply_reader_test {
namespace {

using State = smtp::ReplyReader::State;

TEST(ReplyReader, OneLineOrMany) {
  smtp::ReplyReader reader;
  EXPECT_EQ(reader.line("250-mx.test"), State::more);
  EXPECT_EQ(reader.line("250-SIZE 10"), State::more);
  EXPECT_EQ(reader.line("250 HELP"), State::complete);
  const auto reply = reader.take();
  EXPECT_EQ(reply.code, 250);
  EXPECT_EQ(reply.lines, (std::vector<std::string>{"mx.test", "SIZE 10", "HELP"}));
  EXPECT_EQ(reader.line("550 5.1.1 no such user"), State::complete);
  const auto refused = reader.take();
  EXPECT_EQ(refused.enhanced, "5.1.1");
  EXPECT_EQ(refused.text(), "550 5.1.1 no such user");
}

TEST(ReplyReader, EnhancedCodesFitTheReplyOrAreText) {
  const struct {
    const char* line;
    const char* enhanced;
  } rows[] = {{"450 4.2.1 x", "4.2.1"},
              {"450 5.2.1 x", ""},
              {"250 2.0.0", "2.0.0"},
              {"250 2.0 x", ""},
              {"250 2.0.0000 x", ""},
              {"250 2.0.0x", ""},
              {"250", ""},
              {"250 ", ""}};
  for (const auto& row : rows) {
    smtp::ReplyReader reader;
    EXPECT_EQ(reader.line(row.line), State::complete) << row.line;
    EXPECT_EQ(reader.take().enhanced, row.enhanced) << row.line;
  }
}

TEST(ReplyReader, WhatIsNoReply) {
  for (const char* line : {"", "25", "abc", "150 x", "600 x", "250x", "HTTP/1.1 400"}) {
    smtp::ReplyReader reader;
    EXPECT_EQ(reader.line(line), State::wrong) << line;
  }
  smtp::ReplyReader reader;
  EXPECT_EQ(reader.line("250-a"), State::more);
  EXPECT_EQ(reader.line("251 b"), State::wrong);
  smtp::ReplyReader endless;
  for (int i = 0; i < 200; ++i) EXPECT_EQ(endless.line("250-a"), State::more);
  EXPECT_EQ(endless.line("250-a"), State::wrong);
}

TEST(ReplyReader, ControlCharactersDoNotReachALog) {
  smtp::ReplyReader reader;
  (void)reader.line("550 a\x1b[2J\nb");
  EXPECT_EQ(reader.take().text(), "550 a\\x1b[2J\\nb");
}

}  // namespace
}  // namespace reply_reader_test

#include "pop3/command.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Command, KeywordsAndArguments) {
  const struct {
    const char* line;
    std::size_t index;
  } rows[] = {{"USER a", 0},    {"pass x y ", 1}, {"STAT", 2},    {"LIST", 3},     {"list 1", 3},
              {"RETR 1", 4},    {"DELE 2", 5},    {"noop", 6},    {"RSET", 7},     {"Quit", 8},
              {"TOP 1 0", 9},   {"UIDL", 10},     {"CAPA", 11},   {"stls", 12},    {"STLS x", 14},
              {"APOP a b", 14}, {"", 13},         {"USER", 14},   {"PASS", 14},    {"STAT 1", 14},
              {"LANG", 18},     {"LIST 0", 14},   {"RETR", 14},   {"RETR -1", 14}, {"RETR 4294967296", 14},
              {"TOP 1", 14},    {"TOP 1 x", 14},  {"NOOP\t", 14}, {"AUTH", 15},    {"auth PLAIN", 15}};
  for (const auto& row : rows) EXPECT_EQ(pop3::parse_command(row.line).index(), row.index) << row.line;
  EXPECT_EQ(std::get<pop3::Pass>(pop3::parse_command("PASS a b ")).password, "a b ");
  EXPECT_EQ(std::get<pop3::Top>(pop3::parse_command("TOP 3 7 ")).lines, 7U);
  EXPECT_EQ(std::get<pop3::Auth>(pop3::parse_command("AUTH PLAIN =")).response, "=");
  EXPECT_EQ(std::get<pop3::Auth>(pop3::parse_command("AUTH PLAIN ")).response, std::nullopt);
}

}  // namespace

#include "pop3/command.hpp"

#include <gtest/gtest.h>

namespace command_test {
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
  const auto apop = std::get<pop3::Apop>(pop3::parse_command("apop a b C4C9334BAC560ECC979E58001B3E22FB "));
  EXPECT_EQ(apop.name + "/" + apop.digest, "a b/c4c9334bac560ecc979e58001b3e22fb");
  for (const char* bad : {"APOP", "APOP a", "APOP c4c9334bac560ecc979e58001b3e22fb",
                          "APOP a c4c9334bac560ecc979e58001b3e22f", "APOP a g4c9334bac560ecc979e58001b3e22fb",
                          "APOP \xff c4c9334bac560ecc979e58001b3e22fb", "USER \xff", "PASS a\xff", "UTF8 x"})
    EXPECT_TRUE(std::holds_alternative<pop3::BadSyntax>(pop3::parse_command(bad))) << bad;
  EXPECT_TRUE(std::holds_alternative<pop3::Utf8>(pop3::parse_command("utf8")));
  EXPECT_EQ(std::get<pop3::Lang>(pop3::parse_command("LANG en ")).range, "en");
  EXPECT_EQ(std::get<pop3::User>(pop3::parse_command("USER j\xc3\xb6rg")).name, "j\xc3\xb6rg");
  EXPECT_EQ(std::get<pop3::Pass>(pop3::parse_command("PASS a b ")).password, "a b ");
  EXPECT_EQ(std::get<pop3::Top>(pop3::parse_command("TOP 3 7 ")).lines, 7U);
  EXPECT_EQ(std::get<pop3::Auth>(pop3::parse_command("AUTH PLAIN =")).response, "=");
  EXPECT_EQ(std::get<pop3::Auth>(pop3::parse_command("AUTH PLAIN ")).response, std::nullopt);
}

}  // namespace
}  // namespace command_test

#include "spool/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pattern_test {
namespace {

TEST(Pattern, Table) {
  struct Row {
    const char* pattern;
    const char* text;
    bool fits;
  };
  constexpr Row rows[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "anything", true},
      {"**", "", true},
      {"?", "", false},
      {"?", "a", true},
      {"abc", "abc", true},
      {"abc", "ABC", true},
      {"aBc", "AbCd", false},
      {"*@far.test", "bob@far.test", true},
      {"*@far.test", "bob@far.test.evil", false},
      {"a*b*c", "aXbYbZc", true},
      {"a*b*c", "aXbYbZ", false},
      {"*a", "aaab", false},
      {"*.example.net", "example.net", false},
      {"[a]*", "a", false},
      {"user@[192.0.2.?]", "user@[192.0.2.1]", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(spool::fits(row.pattern, row.text), row.fits) << row.pattern << " " << row.text;
}

TEST(Pattern, ManyStarsAreNoTrap) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(spool::fits(pattern + "b", std::string(5000, 'a')));
}

TEST(Pattern, Literal) {
  EXPECT_TRUE(spool::is_literal("6c30qmg84shle"));
  EXPECT_FALSE(spool::is_literal("6c3*"));
  EXPECT_FALSE(spool::is_literal("6c3?"));
}

}  // namespace
}  // namespace pattern_test

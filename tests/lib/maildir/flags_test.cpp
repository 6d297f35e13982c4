#include "maildir/flags.hpp"

#include <gtest/gtest.h>

namespace flags_test {
namespace {

using maildir::Flags;

TEST(Flags, LettersBothWays) {
  EXPECT_EQ(maildir::to_letters(maildir::seen | maildir::answered, ""), "RS");
  EXPECT_EQ(maildir::to_letters(maildir::flagged, "PSa"), "FPa");
  EXPECT_EQ(maildir::to_letters(0, ""), "");
  EXPECT_EQ(maildir::from_letters("DFRST"), 31u);
  EXPECT_EQ(maildir::from_letters("Pab"), 0u);
  EXPECT_EQ(maildir::letters_of("name:2,FS"), "FS");
  EXPECT_EQ(maildir::letters_of("name"), "");
}

TEST(Flags, WordsBothWays) {
  const Flags rows[] = {
      {0, {}}, {maildir::seen, {}}, {0, {"$Junk"}}, {maildir::seen | maildir::deleted, {"$a,b", "c-d"}}};
  for (const auto& flags : rows)
    EXPECT_EQ(maildir::from_word(maildir::to_word(flags)), flags) << maildir::to_word(flags);
  EXPECT_EQ(maildir::to_word({}), "-");
  EXPECT_EQ(maildir::to_word({maildir::seen, {"$x"}}), "S%$x");
  EXPECT_EQ(maildir::from_word("%%"), Flags{});
}

TEST(Flags, KeywordsThatTheIndexCannotHoldAreRefused) {
  using Keywords = std::vector<std::string>;
  EXPECT_TRUE(maildir::check_keywords(Keywords(64, std::string(128, 'k'))));
  EXPECT_EQ(maildir::check_keywords(Keywords(65, "k")).error().code, base::Exit::unavailable);
  EXPECT_EQ(maildir::check_keywords({std::string(129, 'k')}).error().code, base::Exit::unavailable);
  for (const char* wrong : {"", "a b", "a%b", "a\n"})
    EXPECT_EQ(maildir::check_keywords({wrong}).error().code, base::Exit::data) << wrong;
}

}  // namespace
}  // namespace flags_test

#include "imap/sort_key.hpp"

#include <gtest/gtest.h>

namespace {

using imap::SortKey;

TEST(SortKey, BaseSubject) {
  constexpr struct {
    const char* subject;
    const char* base;
    bool reply;
  } rows[] = {
      {"Hello", "hello", false},
      {"Re: Hello", "hello", true},
      {"RE: re: Fwd:  Hello  world (fwd) (FWD)", "hello world", true},
      {"[list] Re[2]: [list] Hello", "hello", true},
      {"Re [x]: Hello", "hello", true},
      {"[Fwd: Re: Hello]", "hello", true},
      {"[all]", "[all]", false},
      {"[a] [b]", "[b]", false},
      {"Re:", "", true},
      {"Regarding: x", "regarding: x", false},
      {"=?utf-8?q?Re=3A_H=C3=A4?=", "h\xc3\xa4", true},
      {"[open", "[open", false},
      {"", "", false},
  };
  for (const auto& [subject, base, reply] : rows) {
    const auto out = imap::base_subject(subject);
    EXPECT_EQ(out.text, base) << subject;
    EXPECT_EQ(out.reply, reply) << subject;
  }
}

TEST(SortKey, ValuesOfAHeader) {
  const std::string header =
      "From: \"Zoe\" <A@x>\r\nTo: g: B@y, c@z;\r\nCc:\r\nDate: Thu, 1 Jan 1970 01:00:00 +0100\r\n\r\n";
  EXPECT_EQ(imap::sort_value(SortKey::Kind::from, header, 9).text, "a");
  EXPECT_EQ(imap::sort_value(SortKey::Kind::display_from, header, 9).text, "zoe");
  EXPECT_EQ(imap::sort_value(SortKey::Kind::to, header, 9).text, "b");
  EXPECT_EQ(imap::sort_value(SortKey::Kind::display_to, header, 9).text, "b@y");
  EXPECT_EQ(imap::sort_value(SortKey::Kind::cc, header, 9).text, "");
  EXPECT_EQ(imap::sort_value(SortKey::Kind::date, header, 9).number, 0);
  EXPECT_EQ(imap::sort_value(SortKey::Kind::date, "Date: never\r\n\r\n", 9).number, 9);
}

TEST(SortKey, Parsing) {
  imap::Lexer good("(REVERSE date Subject)");
  const auto keys = imap::parse_sort_keys(good);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_TRUE((*keys)[0].reverse);
  EXPECT_FALSE((*keys)[1].reverse);
  for (const char* text : {"()", "(DATES)", "(REVERSE)", "DATE", "(DATE", "(DATE  TO)"}) {
    imap::Lexer bad(text);
    EXPECT_FALSE(imap::parse_sort_keys(bad)) << text;
  }
}

}  // namespace

#include "imap/sort_key.hpp"

#include <gtest/gtest.h>

namespace sort_key_test {
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
      {"[a] [b] x [c]", "x [c]", false},
      {"[a] [b] re: [c] [d] fw [e]: [f] x", "x", true},
      {"[a] [b] re", "re", false},
      {"[open", "[open", false},
      {"", "", false},
  };
  for (const auto& [subject, base, reply] : rows) {
    const auto out = imap::base_subject(subject);
    EXPECT_EQ(out.text, base) << subject;
    EXPECT_EQ(out.reply, reply) << subject;
  }
}

// Each of so many was a start for another look at all behind it: minutes for one message.
TEST(SortKey, TagsWithoutEndTakeNoLonger) {
  std::string tags;
  for (int i = 0; i < 200'000; ++i) tags += "[a] ";
  EXPECT_EQ(imap::base_subject(tags).text, "[a]");
  EXPECT_EQ(imap::base_subject(tags + "x").text, "x");
  EXPECT_EQ(imap::base_subject("[b] re: " + tags + "x").text, "x");
}

imap::SortValue value(SortKey::Kind kind, std::string_view header) {
  const auto gist = imap::make_gist(header);
  return imap::sort_value(kind, imap::Gist(gist)).value_or(imap::SortValue{{}, 9});
}

TEST(SortKey, ValuesOfAHeader) {
  const std::string header =
      "From: \"Zoe\" <A@x>\r\nTo: g: B@y, c@z;\r\nCc:\r\nDate: Thu, 1 Jan 1970 01:00:00 +0100\r\n\r\n";
  EXPECT_EQ(value(SortKey::Kind::from, header).text, "A");
  EXPECT_EQ(value(SortKey::Kind::display_from, header).text, "ZOE");
  EXPECT_EQ(value(SortKey::Kind::to, header).text, "B");
  EXPECT_EQ(value(SortKey::Kind::display_to, header).text, "B@Y");
  EXPECT_EQ(value(SortKey::Kind::cc, header).text, "");
  EXPECT_EQ(value(SortKey::Kind::date, header).number, 0);
  EXPECT_EQ(value(SortKey::Kind::date, "Date: never\r\n\r\n").number, 9);
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

// Nor does it take memory for each message.
TEST(SortKey, WhatStandsThereAgainDecidesNothing) {
  imap::Lexer in("(SIZE REVERSE SIZE DATE SIZE DATE)");
  const auto keys = imap::parse_sort_keys(in).value();
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].kind, SortKey::Kind::size);
  EXPECT_FALSE(keys[0].reverse);
  EXPECT_EQ(keys[1].kind, SortKey::Kind::date);
  std::string many = "(SIZE";
  for (int i = 1; i < 20; ++i) many += " SIZE";
  const auto full_text = many + ")";
  imap::Lexer full(full_text);
  EXPECT_TRUE(imap::parse_sort_keys(full));
  const auto more_text = many + " SIZE)";
  imap::Lexer more(more_text);
  EXPECT_FALSE(imap::parse_sort_keys(more));
}

}  // namespace
}  // namespace sort_key_test

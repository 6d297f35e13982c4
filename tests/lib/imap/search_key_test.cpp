#include "imap/search_key.hpp"

#include <gtest/gtest.h>

namespace {

using Kind = imap::SearchKey::Kind;

base::Result<imap::SearchKey> parse(std::string_view text, const std::string& charset = {}) {
  imap::Lexer in(text);
  return imap::parse_search_keys(in, charset);
}

TEST(SearchKey, Trees) {
  const auto key = parse("OR (SEEN FROM x) NOT UID 1:3 LARGER 5").value();
  ASSERT_EQ(key.children.size(), 2u);
  EXPECT_EQ(key.children[0].kind, Kind::any_of);
  EXPECT_EQ(key.children[0].children[0].children[1].field, "From");
  EXPECT_EQ(key.children[0].children[1].kind, Kind::none_of);
  EXPECT_EQ(key.children[1].number, 5);
}

TEST(SearchKey, TextInACharset) {
  EXPECT_EQ(parse("SUBJECT {1}\r\n\xfc", "ISO-8859-1").value().children[0].text, "U\xcc\x88");
  EXPECT_EQ(parse("SUBJECT a", "X-NONE").error().code, base::Exit::data);
}

TEST(SearchKey, WhatIsWrong) {
  for (const char* text : {"", "X", "OR SEEN", "NOT", "(SEEN", "ON 1-Foo-2000", "LARGER x", "UID x",
                           "HEADER a", "KEYWORD (", "SEEN  SEEN"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "NOT ";
  EXPECT_FALSE(parse(deep + "ALL"));
  std::string many = "ALL";
  for (int i = 0; i < 1000; ++i) many += " ALL";
  EXPECT_FALSE(parse(many));
  const auto text = [](const char* key, std::size_t octets) {
    return key + (" {" + std::to_string(octets) + "}\r\n") + std::string(octets, 'x');
  };
  EXPECT_TRUE(parse(text("SUBJECT", 60'000)));
  EXPECT_FALSE(parse(text("SUBJECT", 70'000)));
  EXPECT_FALSE(parse(text("SUBJECT", 40'000) + " " + text("TEXT", 40'000)));
}

}  // namespace

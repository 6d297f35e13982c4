#include "imap/fetch_item.hpp"

#include <gtest/gtest.h>

namespace fetch_item_test {
namespace {

base::Result<std::vector<imap::FetchItem>> parse(std::string_view text) {
  imap::Lexer in(text);
  return imap::parse_fetch_items(in);
}

TEST(FetchItem, WhatSetsSeen) {
  for (const char* text : {"BODY[]", "BODY[TEXT]", "RFC822", "RFC822.TEXT"})
    EXPECT_FALSE(parse(text).value().at(0).peek) << text;
  for (const char* text : {"BODY.PEEK[]", "RFC822.HEADER", "BODY", "ENVELOPE", "FLAGS"})
    EXPECT_TRUE(parse(text).value().at(0).peek) << text;
}

TEST(FetchItem, SectionsInParts) {
  const auto item = parse("body.peek[1.2.header.fields.not (a b)]<3.4>").value().at(0);
  EXPECT_EQ(item.section.part, "1.2");
  EXPECT_EQ(item.section.text, imap::Section::Text::fields_not);
  EXPECT_EQ(item.section.fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(item.partial->offset, 3u);
  EXPECT_EQ(item.partial->count, 4u);
}

// RFC 9051 section 9: number64.
TEST(FetchItem, APartMayBeginAndEndBeyondFourGibibytes) {
  const auto item = parse("BODY[]<4294967296.9223372036854775807>").value().at(0);
  EXPECT_EQ(item.partial->offset, 4'294'967'296u);
  EXPECT_EQ(item.partial->count, 9'223'372'036'854'775'807u);
  EXPECT_EQ(item.name, "BODY[]<4294967296>");
  for (const char* text : {"BODY[]<9223372036854775808.1>", "BODY[]<0.9223372036854775808>"})
    EXPECT_FALSE(parse(text)) << text;
}

TEST(FetchItem, WhatIsWrong) {
  for (const char* text : {"", "X", "(", "()", "(FLAGS", "BODY[", "BODY[X]", "BODY[.1]", "BODY[1.]",
                           "BODY[01]", "BODY[1HEADER]", "BODY[HEADER.FIELDS]", "BODY[HEADER.FIELDS ()]",
                           "BODY[HEADER.FIELDS (a:b)]", "BODY[HEADER.FIELDS ({1}\r\n\xfc)]",
                           "BODY[HEADER.FIELDS ({2}\r\n\r\n)]", "BODY[]<1>", "BODY[]<1.0>"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  std::string many = "(FLAGS";
  for (int i = 0; i < 200; ++i) many += " FLAGS";
  EXPECT_FALSE(parse(many + ")"));
}

TEST(FetchItem, FieldNamesAreCountedOverAllItems) {
  const auto items = [](int count, int fields) {
    std::string text = "(";
    for (int i = 0; i < count; ++i) {
      text += (i > 0 ? " " : "") + std::string("BODY.PEEK[HEADER.FIELDS (");
      for (int j = 0; j < fields; ++j) text += (j > 0 ? " a" : "a") + std::to_string(j);
      text += ")]";
    }
    imap::Lexer lexer(text += ")");
    return imap::parse_fetch_items(lexer).has_value();
  };
  EXPECT_TRUE(items(2, 100));
  EXPECT_FALSE(items(3, 100));
}

}  // namespace
}  // namespace fetch_item_test

#include "imap/quote.hpp"

#include <gtest/gtest.h>

namespace quote_test {
namespace {

TEST(Quote, QuotedWhereAllowedElseLiteral) {
  EXPECT_EQ(imap::quote("a \"b\\"), "\"a \\\"b\\\\\"");
  EXPECT_EQ(imap::quote(""), "\"\"");
  EXPECT_EQ(imap::quote("a\r\nb"), "{4}\r\na\r\nb");
  EXPECT_EQ(imap::quote("\xc3\xbc"), "{2}\r\n\xc3\xbc");
  EXPECT_EQ(imap::quote(std::string_view("a\0b", 3)),
            "{3}\r\na\x80"
            "b");
  EXPECT_TRUE(imap::quote(std::string(2000, 'a')).starts_with("{2000}\r\n"));
  EXPECT_EQ(imap::quote_or_nil(""), "NIL");
  EXPECT_EQ(imap::one_line("a\r\nb\xff"), "a??b?");
}

TEST(Quote, PathsAreCutToTheirLastName) {
  EXPECT_EQ(imap::without_paths("/home/bob/Maildir/tubepost-index: no space"), "tubepost-index: no space");
  EXPECT_EQ(imap::without_paths("rename /a/b /c/d: x"), "rename b d: x");
  EXPECT_EQ(imap::without_paths("either/or of 'a/b'"), "either/or of 'a/b'");
  EXPECT_EQ(imap::without_paths("ends in  /a/ "), "ends in   ");
  EXPECT_EQ(imap::without_paths("/"), "");
}

}  // namespace
}  // namespace quote_test

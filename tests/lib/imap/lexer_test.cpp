#include "imap/lexer.hpp"

#include <gtest/gtest.h>

namespace lexer_test {
namespace {

using imap::Lexer;

TEST(Lexer, LiteralsAnnounced) {
  EXPECT_EQ(imap::literal_at_end("a {12}")->size, 12u);
  EXPECT_TRUE(imap::literal_at_end("a {12}")->synchronizing);
  EXPECT_FALSE(imap::literal_at_end("a {12+}")->synchronizing);
  for (const char* line : {"a", "{}", "{x}", "{1", "1}", "{-1}", "{99999999999999999999999}"})
    EXPECT_FALSE(imap::literal_at_end(line)) << line;
}

TEST(Lexer, Strings) {
  EXPECT_EQ(Lexer("abc]").astring().value(), "abc]");
  EXPECT_EQ(Lexer("\"a \\\"b\\\\\"").astring().value(), "a \"b\\");
  EXPECT_EQ(Lexer("{3}\r\na\r\n rest").astring().value(), "a\r\n");
  EXPECT_EQ(Lexer("{3+}\r\nabc").string().value(), "abc");
  EXPECT_EQ(Lexer("a*%]").list_mailbox().value(), "a*%]");
  for (const char* text : {"\"a", "\"a\\x\"", "{4}\r\nabc", "{3}abc", "", "("})
    EXPECT_FALSE(Lexer(text).astring()) << text;
  EXPECT_FALSE(Lexer("abc").string());
}

TEST(Lexer, FlagsNumbersTags) {
  EXPECT_EQ(Lexer("(\\Seen $x)").flag_list().value(), (std::vector<std::string>{"\\Seen", "$x"}));
  EXPECT_TRUE(Lexer("()").flag_list().value().empty());
  for (const char* text : {"(", "(a", "(a  b)", "(\\)", "a"}) EXPECT_FALSE(Lexer(text).flag_list()) << text;
  EXPECT_EQ(Lexer("4294967295").number().value(), 4294967295u);
  EXPECT_FALSE(Lexer("4294967296").number());
  EXPECT_FALSE(Lexer("0").number(1));
  EXPECT_EQ(Lexer("A1 x").tag().value(), "A1");
  EXPECT_FALSE(Lexer("+").tag());
  Lexer words("FETCHX FETCH ");
  EXPECT_FALSE(words.take_word("FETCH"));
  EXPECT_TRUE(words.take_word("fetchx"));
}

TEST(Lexer, ErrorsNameThePlace) {
  Lexer in("ab (");
  (void)in.atom();
  (void)in.space();
  EXPECT_EQ(in.atom().error().what, "an atom expected at octet 4");
}

TEST(Lexer, Dates) {
  EXPECT_EQ(imap::parse_date("1-Jan-1970").value(), 0);
  EXPECT_EQ(imap::parse_date("01-mar-2000").value(), 11017);
  EXPECT_EQ(imap::parse_date_time("17-Jul-1996 02:44:25 -0700").value(), 837596665u);
  EXPECT_EQ(imap::parse_date_time(" 1-Jan-1970 00:00:00 +0000").value(), 0u);
  EXPECT_EQ(imap::parse_date_time("1-Jan-1970 00:00:00 +0000").value(), 0u);
  EXPECT_TRUE(imap::parse_date_time("29-Feb-2020 00:00:00 +0000"));
  for (const char* none :
       {"31-Feb-2020 00:00:00 +0000", "29-Feb-2021 00:00:00 +0000", "31-Apr-2020 00:00:00 +0000"})
    EXPECT_FALSE(imap::parse_date_time(none)) << none;
  EXPECT_EQ(imap::format_date_time(837596665), "\"17-Jul-1996 09:44:25 +0000\"");
  EXPECT_EQ(imap::format_date_time(951782400), "\"29-Feb-2000 00:00:00 +0000\"");
  EXPECT_EQ(imap::format_date_time(UINT64_MAX), "\"31-Dec-9999 23:59:59 +0000\"");
  EXPECT_EQ(imap::parse_date("29-Feb-2024").value(), 19782);
  EXPECT_EQ(imap::parse_date("31-Dec-2024").value(), 20088);
  EXPECT_EQ(imap::parse_date("31-Dec-9999").value(), 2932896);
  EXPECT_EQ(imap::parse_date("01-Mar-0000").value(), -719468);
  EXPECT_EQ(imap::parse_date("1-Jan-0000").value(), -719528);
  for (const char* none : {"30-Feb-2026", "29-Feb-2026", "29-Feb-1900", "31-Apr-2026", "31-nov-2026"})
    EXPECT_FALSE(imap::parse_date(none)) << none;
  for (const char* text : {"", "1-Foo-2000", "0-Jan-2000", "32-Jan-2000", "1-Jan-20", "1-Jan-2000x"})
    EXPECT_FALSE(imap::parse_date(text)) << text;
  for (const char* text :
       {"", "17-Jul-1996 02:44:25", "17-Jul-1996 24:44:25 -0700", "17-Jul-1996 02:44:25 x0700",
        "--Jan-1970 00:00:00 +0000", "x-Jan-1970 00:00:00 +0000", "  1-Jan-1970 00:00:00 +0000",
        "1-Jan-1970  00:00:00 +0000"}) {
    EXPECT_FALSE(imap::parse_date_time(text)) << text;
  }
}

}  // namespace
}  // namespace lexer_test

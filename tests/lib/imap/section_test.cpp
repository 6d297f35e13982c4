#include "imap/section.hpp"

#include <gtest/gtest.h>

namespace section_test {
namespace {

const std::string message =
    "From: A <a@b.test>\r\nSubject: s\r\nContent-Type: multipart/mixed; "
    "boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\none\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nTo: c@d.test\r\n\r\ntwo\r\n--x--\r\n";

std::string section(const char* item, const std::string& text = message) {
  imap::Lexer in(item);
  const auto items = imap::parse_fetch_items(in);
  if (!items) return items.error().what;
  const auto root = mime::parse(text);
  std::string store;
  const auto found = imap::find_section(text, &root, items->at(0).section, store);
  return found ? std::string(imap::cut(*found, items->at(0).partial)) : "NIL";
}

TEST(Section, EveryForm) {
  EXPECT_EQ(section("BODY[]"), message);
  EXPECT_EQ(section("BODY[]<6.3>"), "A <");
  EXPECT_EQ(section("BODY[]<99999.3>"), "");
  EXPECT_EQ(section("BODY[]<4294967302.3>"), "");
  EXPECT_EQ(section("BODY[1]<1.9223372036854775807>"), "ne");
  EXPECT_EQ(section("BODY[HEADER.FIELDS (subject none)]"), "Subject: s\r\n\r\n");
  EXPECT_EQ(section("BODY[HEADER.FIELDS.NOT (subject content-type)]"), "From: A <a@b.test>\r\n\r\n");
  EXPECT_EQ(section("BODY[HEADER]").substr(0, 6) +
                section("BODY[HEADER]").substr(section("BODY[HEADER]").size() - 4),
            "From: \r\n\r\n");
  EXPECT_EQ(section("BODY[TEXT]").substr(0, 5), "--x\r\n");
  EXPECT_EQ(section("BODY[1]"), "one");
  EXPECT_EQ(section("BODY[1.MIME]"), "Content-Type: text/plain\r\n\r\n");
  EXPECT_EQ(section("BODY[1.TEXT]"), "NIL");
  EXPECT_EQ(section("BODY[2]"), "Subject: inner\r\nTo: c@d.test\r\n\r\ntwo");
  EXPECT_EQ(section("BODY[2.HEADER]"), "Subject: inner\r\nTo: c@d.test\r\n\r\n");
  EXPECT_EQ(section("BODY[2.TEXT]"), "two");
  EXPECT_EQ(section("BODY[2.HEADER.FIELDS (To)]"), "To: c@d.test\r\n\r\n");
  EXPECT_EQ(section("BODY[2.1]"), "two");
  EXPECT_EQ(section("BODY[3]"), "NIL");
}

TEST(Section, AnEmptyLineThatAMessageDoesNotHaveIsNotMadeUp) {
  const std::string bare = "From: a\r\nSubject: b\r\n";
  for (const char* item :
       {"BODY[HEADER]", "BODY[HEADER.FIELDS.NOT (To)]", "BODY[HEADER.FIELDS (From Subject)]"}) {
    EXPECT_EQ(section(item, bare), bare) << item;
    EXPECT_EQ(section(item, bare + "\r\n"), bare + "\r\n") << item;
  }
  EXPECT_EQ(section("BODY[HEADER.FIELDS (From)]", "\r\nx"), "\r\n");
}

TEST(Section, AHeaderOfAPartEndsItsLastLine) {
  const auto mime = [](const std::string& part) {
    return section("BODY[1.MIME]",
                   "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" + part + "--x--\r\n");
  };
  const std::string field = "Content-Type: text/plain\r\n";
  EXPECT_EQ(mime(field), field);
  EXPECT_EQ(mime(field + "\r\n"), field + "\r\n");
  EXPECT_EQ(mime(field + "\r\n\r\n"), field + "\r\n");
  EXPECT_EQ(mime(field + "\r\nx\r\n"), field + "\r\n");
  EXPECT_EQ(mime("\r\nx\r\n"), "\r\n");
  EXPECT_EQ(mime(""), "");
}

}  // namespace
}  // namespace section_test

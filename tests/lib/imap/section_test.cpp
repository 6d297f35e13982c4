#include "imap/section.hpp"

#include <gtest/gtest.h>

#include "imap/body_structure.hpp"
#include "imap/envelope.hpp"

namespace {

const std::string message =
    "From: A <a@b.test>\r\nSubject: s\r\nContent-Type: multipart/mixed; "
    "boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\none\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nTo: c@d.test\r\n\r\ntwo\r\n--x--\r\n";

std::string section(const char* item) {
  imap::Lexer in(item);
  const auto items = imap::parse_fetch_items(in);
  if (!items) return items.error().what;
  const auto root = mime::parse(message);
  std::string store;
  const auto found = imap::find_section(message, &root, items->at(0).section, store);
  return found ? std::string(imap::cut(*found, items->at(0).partial)) : "NIL";
}

TEST(Section, EveryForm) {
  EXPECT_EQ(section("BODY[]"), message);
  EXPECT_EQ(section("BODY[]<6.3>"), "A <");
  EXPECT_EQ(section("BODY[]<99999.3>"), "");
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

TEST(BodyStructure, OfANestedMessage) {
  const auto root = mime::parse(message);
  EXPECT_EQ(imap::format_body_structure(message, root, false),
            "((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 3 1)(\"MESSAGE\" \"RFC822\" "
            "NIL NIL NIL \"7BIT\" 35 "
            "(NIL \"inner\" NIL NIL NIL ((NIL NIL \"c\" \"d.test\")) NIL NIL NIL NIL) "
            "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 3 1) 4) \"MIXED\")");
  EXPECT_TRUE(imap::format_body_structure(message, root, true)
                  .ends_with(" \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL NIL)"));
}

TEST(BodyStructure, ExtensionData) {
  const std::string text =
      "Content-Type: image/png; name=\"a\\\"b.png\"\r\nContent-Disposition: attachment; filename=x.png\r\n"
      "Content-Transfer-Encoding: BASE64\r\nContent-ID: <1@x>\r\nContent-Language: de, en\r\n\r\nAAAA\r\n";
  EXPECT_EQ(imap::format_body_structure(text, mime::parse(text), true),
            "(\"IMAGE\" \"PNG\" (\"NAME\" \"a\\\"b.png\") \"<1@x>\" NIL \"BASE64\" 6 NIL (\"ATTACHMENT\" "
            "(\"FILENAME\" \"x.png\")) "
            "(\"de\" \"en\") NIL)");
}

TEST(Envelope, SenderAndReplyToDefaultToFrom) {
  EXPECT_EQ(
      imap::format_envelope(
          "Date: today\r\nFrom: A <a@b.test>\r\nTo: g: x@y.test;\r\nReply-To:\r\nMessage-ID: <i@d>\r\n\r\n"),
      "(\"today\" NIL ((\"A\" NIL \"a\" \"b.test\")) ((\"A\" NIL \"a\" \"b.test\")) ((\"A\" NIL \"a\" "
      "\"b.test\")) "
      "((NIL NIL \"g\" NIL)(NIL NIL \"x\" \"y.test\")(NIL NIL NIL NIL)) NIL NIL NIL \"<i@d>\")");
  EXPECT_EQ(imap::format_envelope("\r\n"), "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
  EXPECT_EQ(imap::format_envelope("Subject: \xc3\xbc\r\n\r\n"),
            "(NIL {2}\r\n\xc3\xbc NIL NIL NIL NIL NIL NIL NIL NIL)");
}

}  // namespace

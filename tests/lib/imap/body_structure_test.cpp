#include "imap/body_structure.hpp"

#include <gtest/gtest.h>

namespace body_structure_test {
namespace {

const std::string message =
    "From: A <a@b.test>\r\nSubject: s\r\nContent-Type: multipart/mixed; "
    "boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\none\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nTo: c@d.test\r\n\r\ntwo\r\n--x--\r\n";

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

// RFC 9051 section 7.5.2.
TEST(BodyStructure, AMessageInUtf8IsOneToo) {
  const std::string text = "Content-Type: message/global\r\n\r\nSubject: \xc3\xbc\r\n\r\nx\r\n";
  EXPECT_EQ(
      imap::format_body_structure(text, mime::parse(text), false),
      "(\"MESSAGE\" \"GLOBAL\" NIL NIL NIL \"7BIT\" 18 (NIL {2}\r\n\xc3\xbc NIL NIL NIL NIL NIL NIL NIL NIL) "
      "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 3 1) 3)");
}

TEST(BodyStructure, AMessageNotLookedIntoIsOctets) {
  const std::string text =
      "Content-Type: message/rfc822; name=x\r\nContent-Transfer-Encoding: "
      "base64\r\n\r\nU3ViamVjdDogeA0KDQo=\r\n";
  EXPECT_EQ(imap::format_body_structure(text, mime::parse(text), false),
            "(\"APPLICATION\" \"OCTET-STREAM\" (\"NAME\" \"x\") NIL NIL \"BASE64\" 22)");
  std::string deep;
  for (int i = 0; i < 5; ++i) deep += "Content-Type: message/rfc822\r\n\r\n";
  const auto heard = imap::format_body_structure(deep, mime::parse(deep, {3, 100}), false);
  EXPECT_NE(heard.find("(\"APPLICATION\" \"OCTET-STREAM\" NIL NIL NIL \"7BIT\" 64) "), std::string::npos)
      << heard;
}

// A multipart has a part at least (RFC 9051 section 9, body-type-mpart).
TEST(BodyStructure, AMultipartWithoutPartsIsText) {
  const std::string body = "\r\n\r\nno\r\nparts\r\n";
  const std::string text = "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"us-ascii\") NIL NIL \"7BIT\" 11 2";
  for (const char* type : {"multipart/mixed", "multipart/mixed; boundary=\"\"", "multipart/mixed; boundary=x",
                           "multipart/x; charset=utf-8"}) {
    const auto alone = "Content-Type: " + std::string(type) + body;
    EXPECT_EQ(imap::format_body_structure(alone, mime::parse(alone), false), text + ")") << type;
    EXPECT_EQ(imap::format_body_structure(alone, mime::parse(alone), true), text + " NIL NIL NIL NIL)")
        << type;
  }
  const auto inside = "Content-Type: multipart/x; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed" +
                      body + "\r\n--b--\r\n";
  EXPECT_EQ(imap::format_body_structure(inside, mime::parse(inside), false), "(" + text + ") \"X\")");
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

}  // namespace
}  // namespace body_structure_test

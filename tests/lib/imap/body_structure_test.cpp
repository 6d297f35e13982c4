#include "imap/body_structure.hpp"

#include <gtest/gtest.h>

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

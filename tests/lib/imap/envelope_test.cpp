#include "imap/envelope.hpp"

#include <gtest/gtest.h>

namespace envelope_test {
namespace {

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

TEST(Envelope, NobodyIsLeftOutWhereAFieldStandsTwice) {
  EXPECT_EQ(imap::format_envelope("To: a@b.test\r\nCc: c@d.test\r\nTO: e@f.test, g@h.test\r\n\r\n"),
            "(NIL NIL NIL NIL NIL ((NIL NIL \"a\" \"b.test\")(NIL NIL \"e\" \"f.test\")(NIL NIL \"g\" "
            "\"h.test\")) ((NIL NIL \"c\" \"d.test\")) NIL NIL NIL)");
}

}  // namespace
}  // namespace envelope_test

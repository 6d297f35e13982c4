#include "mime/report.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Report, TellsAPersonAndAProgramAndReturnsTheHeader) {
  const mime::Report report = {
      "mx.test", "alice@a.test", "0123456789abc", 0, {{"bob@b.test", "5.1.1", "no such user", ""}}};
  const auto text = mime::delivery_report(report, "Subject: hi\n--report-0123456789abc\n\nbody\n");
  for (const char* part :
       {"To: <alice@a.test>\n", "Content-Type: multipart/report; report-type=delivery-status;",
        "  bob@b.test\n      no such user\n",
        "Final-Recipient: rfc822; bob@b.test\nAction: failed\nStatus: 5.1.1\n",
        "boundary=\"report-0123456789abcx\"", "Subject: hi\n", "\n--report-0123456789abcx--\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(text.find("body"), std::string::npos);
}

TEST(Report, TellsOfDeliveryInTheSendersWords) {
  mime::Report report = {"mx.test",
                         "alice@a.test",
                         "0123456789abc",
                         0,
                         {{"bob@b.test", "2.0.0", "", "", mime::Action::delivered, "rfc822;robert@b.test"},
                          {"carol@c.test", "2.0.0", "250 ok", "mx.c.test:25", mime::Action::relayed, ""}},
                         "QQ1",
                         true};
  const auto text = mime::delivery_report(report, "Subject: hi\n\nbody\n");
  for (const char* part :
       {"Subject: Message was delivered\n", "Original-Envelope-Id: QQ1\nReporting-MTA: dns; mx.test\n",
        "Original-Recipient: rfc822;robert@b.test\nFinal-Recipient: rfc822; bob@b.test\nAction: "
        "delivered\nStatus: 2.0.0\n\n",
        "Action: relayed\nStatus: 2.0.0\nRemote-MTA: dns; mx.c.test\nDiagnostic-Code: smtp; 250 ok\n",
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: hi\n\nbody\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  }
}

}  // namespace

#include "mime/report.hpp"

#include <gtest/gtest.h>

namespace report_test {
namespace {

TEST(Report, TellsAPersonAndAProgramAndReturnsTheHeader) {
  const mime::Report report = {
      "mx.test", "alice@a.test", "0123456789abc", 0, {{"bob@b.test", "5.1.1", "no such user", ""}}};
  const auto text = mime::delivery_report(report, "Subject: hi\n--report-0123456789abc\n\nbody\n");
  for (const char* part :
       {"To: <alice@a.test>\n", "Content-Type: multipart/report; report-type=delivery-status;",
        "Subject: Not delivered: hi\n",
        "  bob@b.test\n      There is no mailbox of that name. Check the address",
        "This system said: no such user\n", "\nNothing more will be tried.\n",
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
       {"Subject: Delivered: hi\n", "Original-Envelope-Id: QQ1\nReporting-MTA: dns; mx.test\n",
        "Original-Recipient: rfc822;robert@b.test\nFinal-Recipient: rfc822; bob@b.test\nAction: "
        "delivered\nStatus: 2.0.0\nLast-Attempt-Date: Thu, 1 Jan 1970 00:00:00 +0000\nFinal-Log-ID: "
        "0123456789abc\n\n",
        "Action: relayed\nStatus: 2.0.0\nRemote-MTA: dns; mx.c.test\nDiagnostic-Code: smtp; 250 ok\n",
        "Content-Type: message/rfc822\n\nSubject: hi\n\nbody\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << text;
  }
}

mime::Report about(mime::ReportedRecipient recipient) {
  mime::Report out = {"mx.test", "alice@a.test", "0123456789abc", 0, {std::move(recipient)}};
  out.own_id = "other";
  return out;
}

TEST(Report, NamesItselfAndWhatItAnswers) {
  const auto text =
      mime::delivery_report(about({"bob@b.test", "5.1.1", "no", ""}),
                            "Message-ID: <x@a.test>\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n\nbody\n");
  EXPECT_NE(
      text.find("\nMessage-ID: <other.report@mx.test>\nIn-Reply-To: <x@a.test>\nReferences: <x@a.test>\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("\nSubject: Not delivered: =?UTF-8?"), std::string::npos) << text;
  EXPECT_NE(text.find("Your message \"Gr=C3=BC=C3=9Fe\""), std::string::npos) << text;
}

TEST(Report, AMessageIdThatIsNoneIsNotRepeated) {
  for (const char* id : {"<a b@c>", "<\xff@a.test>", "", "<a@b\x01>"}) {
    const auto text = mime::delivery_report(about({"bob@b.test", "5.1.1", "no", ""}),
                                            "Message-ID: " + std::string(id) + "\n\nbody\n");
    const auto at = text.find("In-Reply-To: ");
    EXPECT_TRUE(at == std::string::npos || text.substr(at, 20) == "In-Reply-To: <ab@c>\n") << id;
  }
}

TEST(Report, OnlyWhoReadsRfc6533IsSentIt) {
  const std::string original = "Subject: gr\u00fc\u00df\n\nbody\n";
  const struct {
    const char* to;
    bool utf8;
    const char* wanted;
    const char* unwanted;
  } rows[] = {
      {"alice@a.test", false, "Final-Recipient: utf-8; j\\x{F6}rg@b.test\n", "message/global"},
      {"alice@a.test", true, "message/global-headers\nContent-Transfer-Encoding: quoted-printable\n",
       "j\u00f6rg"},
      {"\u00e4@a.test", true, "message/global-delivery-status\nContent-Transfer-Encoding: 8bit\n", "=C3"},
      {"\u00e4@a.test", true, "Final-Recipient: utf-8; j\u00f6rg@b.test\n", "rfc822"},
  };
  for (const auto& row : rows) {
    auto report = about({"j\u00f6rg@b.test", "5.1.1", "550 \u00f6", "mx.b.test:25"});
    report.to = row.to;
    report.utf8 = row.utf8;
    const auto text = mime::delivery_report(report, original);
    EXPECT_NE(text.find(row.wanted), std::string::npos) << row.wanted << text;
    EXPECT_EQ(text.find(row.unwanted), std::string::npos) << row.unwanted << text;
  }
}

TEST(Report, AHeaderThatIsCutOffEndsWithAWholeLine) {
  const auto text =
      mime::delivery_report(about({"bob@b.test", "5.1.1", "no", ""}), "Subject: x\nReceived: cut o");
  EXPECT_NE(text.find("Subject: x\n\n--report"), std::string::npos) << text;
  EXPECT_EQ(text.find("cut o"), std::string::npos);
}

}  // namespace
}  // namespace report_test

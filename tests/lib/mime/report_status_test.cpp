#include "mime/report_status.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace report_status_test {
namespace {

TEST(ReportStatus, SaysWhatHappenedToEach) {
  const struct {
    mime::ReportedRecipient recipient;
    const char* wanted;
  } rows[] = {
      {{"b@b.test", "5.1.1", "550 5.1.1 no", "mx.b.test:25"},
       "Final-Recipient: rfc822; b@b.test\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.b.test\n"
       "Diagnostic-Code: smtp; 550 5.1.1 no\nLast-Attempt-Date: Tue, 14 Nov 2023 22:13:20 "
       "+0000\nFinal-Log-ID: id\n"},
      {{"b@b.test", "4.4.1", "Connection refused", "mx.b.test:25", mime::Action::delayed},
       "Action: delayed\nStatus: 4.4.1\nRemote-MTA: dns; mx.b.test\nDiagnostic-Code: x-tubepost; Connection "
       "refused\n"
       "Last-Attempt-Date: Tue, 14 Nov 2023 22:13:20 +0000\nFinal-Log-ID: id\n"
       "Will-Retry-Until: Wed, 15 Nov 2023 22:13:20 +0000\n"},
      {{"b@b.test", "4.4.1", "10.8.0.99: Connection refused", "mx.b.test:25"},
       "Diagnostic-Code: x-tubepost; 10.8.0.99: Connection refused\n"},
      {{"b@b.test", "4.4.1", "127.0.0.1: Connection refused", "mx.b.test:25"},
       "Diagnostic-Code: x-tubepost; 127.0.0.1: Connection refused\n"},
      {{"b@b.test", "5.1.10", "556 5.1.10 b.test takes no mail", ""},
       "Status: 5.1.10\nDiagnostic-Code: smtp; 556 5.1.10 b.test takes no mail\n"},
      {{"b@b.test", "5.3.0", "550 says a program", ""}, "Diagnostic-Code: x-tubepost; 550 says a program\n"},
      {{"b@b.test", "2.1.5", "", "", mime::Action::expanded, "utf-8;\u00e4@b.test"},
       "Original-Recipient: utf-8;\\x{E4}@b.test\nFinal-Recipient: rfc822; b@b.test\nAction: expanded\n"},
      {{"a\\\u20ac\U0001f600=@b.test", "5.1.1", "", ""},
       "Final-Recipient: utf-8; a\\x{5C}\\x{20AC}\\x{1F600}\\x{3D}@b.test\n"},
      {{"\"a\\\"b\"@b.test", "5.1.1", "", ""}, "Final-Recipient: rfc822; \"a\\\"b\"@b.test\n"},
      {{"b@b.test\nAction: delivered", "5.1.1", "550 no\r\nStatus: 2.0.0", "mx.b.test:25"},
       "Final-Recipient: rfc822; b@b.test Action: delivered\nAction: failed\n"},
      {{"b@b.test", "5.1.1", "550 nein, \xc3\xb6\xff", "mx.b.test:25"},
       "Diagnostic-Code: smtp; 550 nein, ??\\xff\n"},
  };
  for (const auto& row : rows) {
    mime::Report report = {"mx.test", "alice@a.test", "id", 1'700'000'000, {row.recipient}};
    report.arrived = 1'600'000'000;
    report.retry_until = 1'700'086'400;
    const auto text = mime::delivery_status(report, false);
    EXPECT_TRUE(
        text.starts_with("Reporting-MTA: dns; mx.test\nArrival-Date: Sun, 13 Sep 2020 12:26:40 +0000\n\n"));
    EXPECT_NE(text.find(row.wanted), std::string::npos) << row.wanted << text;
    EXPECT_EQ(text.find("\nStatus: 2.0.0\nRemote"), std::string::npos) << text;
    EXPECT_EQ(
        std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 126; }),
        0);
  }
}

TEST(ReportStatus, LongWordsAreFolded) {
  mime::Report report = {
      "mx.test", "alice@a.test", "id", 0, {{"b@b.test", "5.7.1", "550 5.7.1", "mx.b.test:25"}}};
  for (int i = 0; i < 40; ++i) report.recipients[0].reason += " word" + std::to_string(i);
  const auto text = mime::delivery_status(report, true);
  EXPECT_NE(text.find("\n word"), std::string::npos) << text;
  for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = text.find('\n', at);
    EXPECT_LE(end - at, 78u);
  }
}

}  // namespace
}  // namespace report_status_test

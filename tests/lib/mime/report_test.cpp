#include "mime/report.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Report, TellsAPersonAndAProgramAndReturnsTheHeader) {
  const mime::Report report = {
      "mx.test", "alice@a.test", "0123456789abc", 0, {{"bob@b.test", "5.1.1", "no such user", ""}}};
  const auto text = mime::failure_report(report, "Subject: hi\n--report-0123456789abc\n\nbody\n");
  for (const char* part :
       {"To: <alice@a.test>\n", "Content-Type: multipart/report; report-type=delivery-status;",
        "  bob@b.test\n      no such user\n",
        "Final-Recipient: rfc822; bob@b.test\nAction: failed\nStatus: 5.1.1\n",
        "boundary=\"report-0123456789abcx\"", "Subject: hi\n", "\n--report-0123456789abcx--\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(text.find("body"), std::string::npos);
}

}  // namespace

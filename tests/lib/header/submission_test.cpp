#include "header/submission.hpp"

#include <gtest/gtest.h>

namespace {

const header::Missing missing = {"a@b.test", "today", "<id@b.test>"};

TEST(Submission, AddsWhatIsMissingAndDropsBcc) {
  EXPECT_EQ(
      header::complete_header("Subject: x\nBcc: secret@b.test,\n other@b.test\nTo: c@d.test\n", missing),
      "Subject: x\nTo: c@d.test\nFrom: a@b.test\nDate: today\nMessage-ID: <id@b.test>\n");
  const std::string whole = "from: x@y.test\ndate: d\nmessage-id: <m>\n";
  EXPECT_EQ(header::complete_header(whole, missing), whole);
  EXPECT_EQ(header::complete_header("", {"", "today", ""}), "Date: today\n");
  EXPECT_EQ(header::complete_header("Subject: no line end", {"", "today", ""}),
            "Subject: no line end\nDate: today\n");
}

TEST(Submission, RecipientsOfTheHeader) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(header::header_recipients(
                "To: A <a@x.test>, b@x.test\nCc: g: c@x.test, a@x.test;\nBcc: d@x.test\nFrom: f@x.test\n")
                .value(),
            (Names{"a@x.test", "b@x.test", "c@x.test", "d@x.test"}));
  EXPECT_EQ(header::header_recipients("To: a@x.test\nResent-To: b@x.test\n").value(), (Names{"b@x.test"}));
  EXPECT_EQ(header::header_recipients("To: root\n").value(), (Names{"root"}));
  EXPECT_TRUE(header::header_recipients("Subject: x\n").value().empty());
  EXPECT_FALSE(header::header_recipients("To: A <@x.test>\n"));
}

TEST(Submission, CountsFields) {
  EXPECT_EQ(header::count_fields("Received: a\nreceived: b\nX: Received: c\n", "Received"), 2u);
}

}  // namespace

#include "header/submission.hpp"

#include <gtest/gtest.h>

namespace submission_test {
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

TEST(Submission, DropsWhatIsOfAnotherCopy) {
  EXPECT_EQ(header::complete_header("Return-Path:\n <x@y.test>\nSubject: x\ncontent-length: 5\nX: y\n", {}),
            "Subject: x\nX: y\n");
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
  EXPECT_FALSE(header::header_recipients("To: a@b@x.test\n"));
  EXPECT_FALSE(header::header_recipients("To: a@\"x test\"\n"));
  EXPECT_FALSE(header::header_recipients("To: a@x\x01.test\n"));
  EXPECT_EQ(header::header_recipients("To: a@[IPv6:::1]\n").value(), (Names{"a@[IPv6:::1]"}));
}

TEST(Submission, CountsFields) {
  EXPECT_EQ(header::count_fields("Received: a\nreceived: b\nX: Received: c\n", "Received"), 2u);
}

TEST(Submission, KeepsEveryFieldAndEveryRecipient) {
  std::string head;
  for (int i = 0; i < 150'000; ++i) head += "a:b\n";
  const auto out = header::complete_header(head + "X-Last: y\n", {});
  EXPECT_NE(out.find("X-Last: y\n"), std::string::npos);
  std::string to = "To: ";
  for (int i = 0; i < 20'000; ++i) to += "u" + std::to_string(i) + "@x.test,\n ";
  EXPECT_EQ(header::header_recipients(to + "last@x.test\n").value().size(), 20'001u);
}

}  // namespace
}  // namespace submission_test

#include "header/answerable.hpp"

#include <gtest/gtest.h>

namespace answerable_test {
namespace {

TEST(Answerable, SendersThatAreNoPersons) {
  for (const char* person : {"bob@far.test", "owner@far.test", "bob+x@far.test", "noreply-bob@far.test",
                             "requests@far.test", "bob-requester@far.test", "SRS0=a=b=c=d@far.test"})
    EXPECT_FALSE(header::why_not_answer_sender(person)) << person;
  for (const char* program : {"", "postmaster", "@x.test", "a@", "MAILER-DAEMON@far.test",
                              "owner-team@far.test", "team-request@far.test", "team-bounces@far.test",
                              "team-bounces+bob=x.test@far.test", "bounces+1@far.test", "NoReply@far.test",
                              "no-reply+x@far.test", "shop-noreply@far.test", "listserv@far.test"})
    EXPECT_TRUE(header::why_not_answer_sender(program)) << program;
}

TEST(Answerable, HeadersThatWantNoAnswer) {
  const struct {
    const char* head;
    bool answered;
  } rows[] = {{"Subject: x\n", true},
              {"Auto-Submitted: no\n", true},
              {"Auto-Submitted:  No (by hand)\n", true},
              {"Auto-Submitted: auto-generated\n", false},
              {"auto-submitted: auto-replied; x=y\n", false},
              {"Auto-Submitted:\n", false},
              {"Precedence: first-class\n", true},
              {"Precedence: Bulk\n", false},
              {"Precedence: list\n", false},
              {"Precedence: junk\n", false},
              {"List-Id: <a.b>\n", false},
              {"List-Unsubscribe: <mailto:x@y.test>\n", false},
              {"Mailing-List: x\n", false},
              {"Lists: x\n", true},
              {"X-Auto-Response-Suppress: DR, OOF\n", false},
              {"X-Auto-Response-Suppress: All\n", false},
              {"X-Auto-Response-Suppress: DR, RN\n", true},
              {"X-Spam-Flag: YES\n", false},
              {"X-Spam-Flag: NO\n", true},
              {"Content-Type: multipart/report; report-type=x\n", false},
              {"Content-Type: multipart/mixed; boundary=x\n", true},
              {"", true}};
  for (const auto& row : rows)
    EXPECT_EQ(!header::why_not_answer(header::parse_fields(row.head)), row.answered) << row.head;
}

TEST(Answerable, WhomTheMessageNames) {
  const auto named = header::named_recipients(header::parse_fields(
      "To: A <a@x.test>, group: b@x.test, c@x.test;\nSubject: z@x.test\nResent-Bcc: d@x.test\ncc: e\n"));
  std::string all;
  for (const auto& one : named) all += header::to_mailbox(one) + " ";
  EXPECT_EQ(all, "a@x.test b@x.test c@x.test d@x.test e ");
}

}  // namespace
}  // namespace answerable_test

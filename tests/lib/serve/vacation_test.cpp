#include "serve/vacation.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"

namespace vacation_test {
namespace {

serve::Absence bob() {
  serve::Absence out;
  out.user = "bob";
  out.recipient = "bob@example.test";
  out.addresses = {"robert@else.test"};
  out.is_local_domain = [](std::string_view domain) { return base::iequals(domain, "example.test"); };
  return out;
}

std::string answered(const char* head, const char* sender = "a@b.test", const serve::Absence& who = bob(),
                     std::uint64_t now = 1000) {
  const auto out = serve::judge_answer(who, header::parse_fields(head), sender, now);
  EXPECT_EQ(out.from.empty(), !out.reason.empty());
  return out.from;
}

TEST(Vacation, WhoseMailIsAnswered) {
  const struct {
    const char* head;
    const char* wanted;  // the address that answers
  } rows[] = {{"To: bob@example.test\n", "bob@example.test"},
              {"To: x@y.test, Bob <BOB@Example.test>\n", "BOB@Example.test"},
              {"Cc: bob+lists@example.test\n", "bob+lists@example.test"},
              {"Resent-Cc: robert@else.test\n", "robert@else.test"},
              {"To: friends: bob@example.test;\n", "bob@example.test"},
              {"To: bobby@example.test\n", ""},
              {"To: bob@else.test\n", ""},
              {"To: bob\n", ""},
              {"To: undisclosed-recipients:;\n", ""},
              {"Subject: bob@example.test\n", ""},
              {"From: bob@example.test\n", ""}};
  for (const auto& row : rows) EXPECT_EQ(answered(row.head), row.wanted) << row.head;
  auto spelled = bob();
  spelled.addresses = {"a..b@else.test", "\"rob.ert\"@else.test", "\"x\\y z\"@else.test",
                       "rob@b\xC3\xBC"
                       "cher.test"};
  for (const char* same :
       {"\"a..b\"@else.test", "rob.ert@Else.test", "\"xy z\"@else.test", "rob@xn--bcher-kva.test"})
    EXPECT_EQ(answered(("To: " + std::string(same) + "\n").c_str(), "a@b.test", spelled), same);
  EXPECT_EQ(answered("To: robert@else.test\n", "a@b.test", spelled), "");
}

TEST(Vacation, WhoIsNotAnswered) {
  constexpr const char* head = "To: bob@example.test\n";
  for (const char* sender : {"", "a", "mailer-daemon@b.test", "bob@example.test", "Bob+x@EXAMPLE.test",
                             "robert@else.test", "a b@c.test", "a@b.test\nBcc: c@d.test", "a@b@c"})
    EXPECT_EQ(answered(head, sender), "") << sender;
  EXPECT_NE(answered(head, "bobby@example.test"), "");
  EXPECT_EQ(answered("To: bob@example.test\nPrecedence: bulk\n"), "");
}

TEST(Vacation, WhileAway) {
  constexpr const char* head = "To: bob@example.test\n";
  auto away = bob();
  away.begin = 100;
  away.end = 200;
  EXPECT_EQ(answered(head, "a@b.test", away, 99), "");
  EXPECT_NE(answered(head, "a@b.test", away, 100), "");
  EXPECT_NE(answered(head, "a@b.test", away, 200), "");
  EXPECT_EQ(answered(head, "a@b.test", away, 201), "");
}

TEST(Vacation, Moments) {
  EXPECT_EQ(serve::parse_moment("1970-01-02", false).value(), 86'400u);
  EXPECT_EQ(serve::parse_moment("1970-01-02", true).value(), 2 * 86'400u - 1);
  EXPECT_EQ(serve::parse_moment("2 Jan 1970 01:00:00 +0100", true).value(), 86'400u);
  for (const char* same : {"1970-1-3", "1970-01-03T00:00:00Z", "1970-01-03 01:00 +0100", "3 Jan 1970",
                           "Jan 3, 1970", "Sat Jan  3 00:00:00 UTC 1970"})
    EXPECT_EQ(serve::parse_moment(same, false).value(), 2 * 86'400u) << same;
  for (const char* bad : {"", "tomorrow", "1960-01-01", "2026-13-01", "2026-02-30", "2026-00-01",
                          "08/01/2026", "01.08.2026", "2026-13-01 12:00:00 +0000"})
    EXPECT_EQ(serve::parse_moment(bad, false).error().code, base::Exit::usage) << bad;
}

}  // namespace
}  // namespace vacation_test

#include "serve/mailing_list.hpp"

#include <gtest/gtest.h>

namespace mailing_list_test {
namespace {

using serve::Posting;

serve::MailingList team() {
  return {"team", "team@example.test", "owner-team@example.test"};
}

TEST(MailingList, WhatBecomesOfAMessage) {
  const struct {
    const char* head;
    const char* sender;
    Posting wanted;
  } rows[] = {{"Subject: x\n", "a@b.test", Posting::distribute},
              {"", "a@b.test", Posting::distribute},
              {"Auto-Submitted: auto-generated\n", "a@b.test", Posting::distribute},
              {"Auto-Submitted: auto-replied\n", "a@b.test", Posting::to_owner},
              {"Subject: x\n", "", Posting::to_owner},
              {"List-Id: <other.test>\n", "a@b.test", Posting::distribute},
              {"List-Id: Team <TEAM.example.test>\n", "a@b.test", Posting::looping},
              {"List-Id: <other.test>\nDelivered-To: Team@example.test\n", "a@b.test", Posting::looping},
              {"Delivered-To: team@example.test\n", "", Posting::looping},
              {"Delivered-To: bob@example.test\n", "a@b.test", Posting::distribute}};
  for (const auto& row : rows)
    EXPECT_EQ(serve::judge_posting(team(), row.head, row.sender), row.wanted) << row.head;
}

TEST(MailingList, ItsFieldsComeFirstAndReplaceAnothers) {
  const auto text =
      serve::list_head(team(),
                       "Received: x\n y\nList-Id: <other.test>\nList-Archive: <https://x.test/>\n"
                       "Precedence: bulk\nno field\nSubject: x\n");
  EXPECT_TRUE(text.starts_with("Delivered-To: team@example.test\nList-Id: <team.example.test>\n")) << text;
  EXPECT_TRUE(
      text.ends_with("Precedence: list\nReceived: x\n y\nList-Archive: <https://x.test/>\n"
                     "no field\nSubject: x\n"))
      << text;
  EXPECT_EQ(text.find("other.test"), std::string::npos);
  auto list = team();
  list.settings.archive = "https://y.test/";
  EXPECT_EQ(serve::list_head(list, "List-Archive: <https://x.test/>\n").find("x.test/>"), std::string::npos);
}

}  // namespace
}  // namespace mailing_list_test

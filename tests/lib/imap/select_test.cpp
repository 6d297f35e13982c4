#include "talk.hpp"

namespace select_test {
namespace {

TEST(Select, ResyncTellsWhatHasChanged) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT INBOX (QRESYNC (7 3))", "a BAD ENABLE QRESYNC first\r\n"},
      {"a ENABLE QRESYNC", "* ENABLED QRESYNC\r\na OK ENABLE done\r\n"},
      {"a SELECT INBOX", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"a STORE 2 +FLAGS.SILENT (\\Deleted)", "* 2 FETCH (UID 2 MODSEQ (5))\r\na OK STORE done\r\n"},
      {"a EXPUNGE", "* VANISHED 2\r\na OK [HIGHESTMODSEQ 6] EXPUNGE done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3))",
       "...* VANISHED (EARLIER) 2\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK [READ-WRITE] SELECT "
       "done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3 1,3))",
       "...highest\r\n* OK [MAILBOXID (F7)] for ever\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK "
       "[READ-WRITE] "
       "SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 6))", "...for ever\r\na OK [READ-WRITE] SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (8 1))", "...for ever\r\na OK [READ-WRITE] SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3 1:3 (1,2 1,3)))",
       "...for ever\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK [READ-WRITE] SELECT done\r\n"},
  };
  talk(store, rows);
}

TEST(Select, ResyncBelievesNumbersAsFarAsTheyHold) {
  auto store = site();
  auto& box = store.boxes["INBOX"];
  for (int i = 0; i < 5; ++i) box.add("a: b\r\n\r\n");  // 4 to 8
  for (const std::uint32_t uid : {2, 5, 7}) box.remove(uid);
  // Left: 1 3 4 6 8.
  const struct {
    const char* matched;
    const char* gone;
  } rows[] = {{"1:3 1,3:4", "5,7"}, {"1,3:4 1,4,6", "7"}, {"1:5 1,3:4,6,8", ""}, {"2,4 3,7", "5,7"},
              {"1:2 2:3", "2,5,7"}, {"5 8", ""},          {"1:3,5 1:4", "2,5,7"}};
  for (const auto& row : rows) {
    Client client(store);
    client.say("a ENABLE QRESYNC");
    const auto heard = client.say("a SELECT INBOX (QRESYNC (7 9 1:8 (" + std::string(row.matched) + ")))");
    const auto line =
        row.gone[0] == '\0' ? std::string() : "* VANISHED (EARLIER) " + std::string(row.gone) + "\r\n";
    EXPECT_NE(heard.find("for ever\r\n" + line + "a OK"), std::string::npos) << row.matched << "\n" << heard;
  }
}

TEST(Select, AnswersEverything) {
  auto store = site();
  Client client(store);
  EXPECT_EQ(
      client.say("a SELECT inbox"),
      "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk)\r\n"
      "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk \\*)] flags kept\r\n"
      "* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UNSEEN 2] first unseen\r\n* OK [UIDVALIDITY 7] UIDs valid\r\n"
      "* OK [UIDNEXT 4] next UID\r\n* OK [HIGHESTMODSEQ 4] highest\r\n* OK [MAILBOXID (F7)] for ever\r\n"
      "a OK [READ-WRITE] SELECT done\r\n");
  EXPECT_TRUE(client.say("a SELECT none").ends_with("a NO [NONEXISTENT] no such mailbox\r\n"));
  EXPECT_EQ(client.say("a FETCH 1 FLAGS"), "a BAD no mailbox is selected\r\n");
}

TEST(Select, WhatIsWrong) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT", "a BAD SELECT: a space expected at octet 9\r\n"},
      {"a SELECT none", "a NO [NONEXISTENT] no such mailbox\r\n"},
      {"a SELECT INBOX (NOTHING)", "a BAD SELECT: CONDSTORE or QRESYNC expected at octet 17\r\n"},
      {"a SELECT INBOX (CONDSTORE", "a BAD SELECT: ')' expected at octet 26\r\n"},
      {"a SELECT INBOX (QRESYNC (0 1))", "a BAD SELECT: a number expected at octet 27\r\n"},
      {"a SELECT INBOX (QRESYNC (7 1 1:*))",
       "a BAD SELECT: a set without '*' and '$' expected at octet 33\r\n"},
      {"a SELECT INBOX (QRESYNC (7 1 (1)))", "a BAD SELECT: a space expected at octet 32\r\n"},
      {"a SELECT INBOX x", "a BAD SELECT: the end of the command expected at octet 15\r\n"},
  };
  talk(store, rows);
}

TEST(Select, AnotherClosesTheOneBefore) {
  auto store = site();
  store.boxes["box"];
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a EXAMINE box"),
            "* OK [CLOSED] the mailbox before\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen "
            "\\Draft)\r\n* OK [PERMANENTFLAGS ()] flags kept\r\n* 0 EXISTS\r\n* 0 RECENT\r\n* OK "
            "[UIDVALIDITY 7] UIDs valid\r\n* OK [UIDNEXT 1] next UID\r\n* OK [HIGHESTMODSEQ 1] highest\r\n* "
            "OK [MAILBOXID (F7)] for ever\r\na OK [READ-ONLY] EXAMINE done\r\n");
  EXPECT_EQ(client.say("a SELECT none"),
            "* OK [CLOSED] the mailbox before\r\na NO [NONEXISTENT] no such mailbox\r\n");
}

}  // namespace
}  // namespace select_test

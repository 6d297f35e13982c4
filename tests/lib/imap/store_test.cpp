#include "talk.hpp"

namespace store_test {
namespace {

// What everybody who selects the mailbox is told has an end.
TEST(Store, AMailboxHasAThousandKeywords) {
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  for (int i = 0; i < 999; i += 37) {
    std::string names;
    for (int n = i; n < i + 37; ++n) names += (names.empty() ? "k" : " k") + std::to_string(n);
    EXPECT_TRUE(client.say("a STORE 1 FLAGS (" + names + ")").ends_with("a OK STORE done\r\n"));
  }
  EXPECT_EQ(client.say("a STORE 1 +FLAGS (one-more)"),
            "a NO [LIMIT] a mailbox has at most 1000 keywords\r\n");
  EXPECT_TRUE(client.say("a STORE 1 +FLAGS ($junk)").ends_with("a OK STORE done\r\n"));
  EXPECT_TRUE(client.say("a STORE 1 -FLAGS (one-more)").ends_with("a OK STORE done\r\n"));
}

TEST(Store, SilenceIsOnlyForWhatTheClientDidItself) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  auto& box = store.boxes["INBOX"];
  box.meanwhile = [&] {
    box.messages[0].flags.system |= imap::answered;
    box.messages[0].modseq = ++box.modseq;
  };
  EXPECT_EQ(client.say("a STORE 1:2 +FLAGS.SILENT (\\Flagged)"),
            "* 1 FETCH (UID 1 FLAGS (\\Answered \\Flagged \\Seen))\r\na OK STORE done\r\n");
  box.meanwhile = {};
  EXPECT_EQ(client.say("a STORE 1:2 -FLAGS.SILENT (\\Flagged)"), "a OK STORE done\r\n");
  EXPECT_EQ(client.say("a NOOP"), "a OK done\r\n");
}

TEST(Store, ReplacesAddsAndRemoves) {
  auto store = site();
  constexpr Row rows[] = {
      {"a STORE 1 FLAGS ()", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a STORE 1 FLAGS (\\Draft)", "* 1 FETCH (UID 1 FLAGS (\\Draft))\r\na OK STORE done\r\n"},
      {"a STORE 1 +FLAGS \\Seen \\Flagged",
       "* 1 FETCH (UID 1 FLAGS (\\Flagged \\Seen \\Draft))\r\na OK STORE done\r\n"},
      {"a UID STORE 1:2 -flags (\\Flagged)",
       "* 1 FETCH (UID 1 FLAGS (\\Seen \\Draft))\r\n* 2 FETCH (UID 2 FLAGS ())\r\na OK STORE done\r\n"},
      {"a STORE 3 -FLAGS.SILENT ($junk)", "a OK STORE done\r\n"},
      {"a STORE 3 +FLAGS (\\Recent)", "a BAD STORE: flag \\\\Recent cannot be set\r\n"},
      {"a STORE 9 FLAGS ()", "a BAD no message has such a number\r\n"},
      {"a UID STORE 9 FLAGS ()", "a OK STORE done\r\n"},
      {"a STORE 1 FLAG ()", "a BAD STORE: FLAGS or FLAGS.SILENT expected at octet 15\r\n"},
      {"a STORE 1 FLAGS", "a BAD STORE: a space expected at octet 16\r\n"},
      {"a STORE 1 (UNCHANGEDSINCE x) FLAGS ()", "a BAD STORE: a number expected at octet 27\r\n"},
  };
  talk(store, rows);
  EXPECT_EQ(store.boxes["INBOX"].messages[2].flags, imap::Flags());
}

TEST(Store, OnlyWhatHasNotChangedSince) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT INBOX (CONDSTORE)", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"d STORE 1,3 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\\Flagged)",
       "* 1 FETCH (UID 1 MODSEQ (5))\r\n* 3 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\nd OK [MODIFIED 3] not "
       "those that "
       "have changed\r\n"},
      {"e UID STORE 2 (UNCHANGEDSINCE 0) FLAGS (\\Seen)",
       "* 2 FETCH (UID 2 FLAGS () MODSEQ (3))\r\ne OK [MODIFIED 2] not those that have changed\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace store_test

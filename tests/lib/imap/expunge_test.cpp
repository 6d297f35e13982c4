#include "talk.hpp"

namespace expunge_test {
namespace {

TEST(Expunge, UidExpungeOfAnEmptyViewTakesNothingThatHasCome) {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  Client client(store);
  client.say("a SELECT INBOX");
  box.add("Subject: new\r\n\r\n", {imap::deleted, {}});
  client.say("a UID EXPUNGE 5:*");
  EXPECT_EQ(box.messages.size(), 1u);
}

TEST(Expunge, CloseExpungesSilentlyAndExamineNever) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  client.say("a STORE 1 FLAGS (\\Deleted)");
  client.say("a UNSELECT");
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u);
  client.say("a EXAMINE INBOX");
  EXPECT_EQ(client.say("a CLOSE"), "a OK closed\r\n");
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a UID EXPUNGE 2:3"), "a OK EXPUNGE done\r\n");
  EXPECT_EQ(client.say("a CLOSE"), "a OK closed\r\n");
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 2u);
}

TEST(Expunge, WhatIsMarkedAlone) {
  auto store = site();
  constexpr Row rows[] = {
      {"a EXPUNGE", "a BAD no mailbox is selected\r\n"},
      {"a UID EXPUNGE 1", "a BAD no mailbox is selected\r\n"},
      {"a CLOSE", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a EXPUNGE", "a OK EXPUNGE done\r\n"},
      {"a STORE 1,3 +FLAGS.SILENT (\\Deleted)", "a OK STORE done\r\n"},
      {"a UID EXPUNGE 2:3", "* 3 EXPUNGE\r\na OK EXPUNGE done\r\n"},
      {"a UID EXPUNGE 9", "a OK EXPUNGE done\r\n"},
      {"a EXPUNGE", "* 1 EXPUNGE\r\na OK EXPUNGE done\r\n"},
      {"a UID EXPUNGE", "a BAD UID: a space expected at octet 14\r\n"},
      {"a EXPUNGE 1", "a BAD EXPUNGE: the end of the command expected at octet 10\r\n"},
      {"s EXAMINE INBOX", "...s OK [READ-ONLY] EXAMINE done\r\n"},
      {"a EXPUNGE", "a NO [READ-ONLY] the mailbox was opened for reading\r\n"},
      {"a UID EXPUNGE 2", "a NO [READ-ONLY] the mailbox was opened for reading\r\n"},
  };
  talk(store, rows);
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 1u);
}

// The newest first, and the client goes on below the UID it is told (RFC 9738).
TEST(Expunge, SoManyAtOnce) {
  auto store = site();
  for (auto& message : store.boxes["INBOX"].messages) message.flags.system |= imap::deleted;
  constexpr Row rows[] = {
      select_inbox,
      {"a UID EXPUNGE 1:*", "* 2 EXPUNGE\r\n* 2 EXPUNGE\r\na OK [MESSAGELIMIT 2 2] EXPUNGE done\r\n"},
  };
  talk(store, rows, {.messages = 2});
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 1u);
}

}  // namespace
}  // namespace expunge_test

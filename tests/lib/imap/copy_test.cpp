#include "talk.hpp"

namespace copy_test {
namespace {

TEST(Copy, CopyMoveAppendSayWhere) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a COPY 1:2 x"), "a NO [TRYCREATE] no such mailbox\r\n");
  client.say("a CREATE x");
  EXPECT_EQ(client.say("a COPY 1:2 x"), "a OK [COPYUID 7 1:2 1:2] COPY done\r\n");
  EXPECT_EQ(client.say("a UID MOVE 1 x"), "* OK [COPYUID 7 1 3] moved\r\n* 1 EXPUNGE\r\na OK MOVE done\r\n");
  EXPECT_EQ(client.say("a APPEND x (\\Seen) {4}\r\nA: b"), "a OK [APPENDUID 7 4] APPEND done\r\n");
  EXPECT_EQ(store.boxes["x"].messages.size(), 4u);
}

TEST(Copy, CopiesCarryTheFlagsOfNow) {
  auto store = site();
  store.boxes["x"];
  Client one(store);
  Client two(store);
  one.say("a SELECT INBOX");
  two.say("b SELECT INBOX");
  two.say("b STORE 1 FLAGS (\\Flagged $new)");
  EXPECT_NE(one.say("a COPY 1 x").find("a OK [COPYUID 7 1 1] COPY done"), std::string::npos);
  EXPECT_EQ(store.boxes["x"].messages.at(0).flags, (imap::Flags{imap::flagged, {"$new"}}));
}

TEST(Copy, ACopyOfWhatIsGoneAsksForNoMailbox) {
  auto store = site();
  store.boxes["x"];
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a COPY 1:2 none"), "a NO [TRYCREATE] no such mailbox\r\n");
  EXPECT_EQ(client.say("a MOVE 1:2 none"), "a NO [TRYCREATE] no such mailbox\r\n");
  // Gone between the look at the mailbox and the copy.
  store.boxes["INBOX"].texts.erase(2);
  EXPECT_EQ(client.say("a COPY 1:2 x"), "a NO [EXPUNGEISSUED] some of these messages are gone\r\n");
  EXPECT_EQ(client.say("a UID MOVE 2 x"), "a NO [EXPUNGEISSUED] some of these messages are gone\r\n");
  EXPECT_EQ(client.say("a COPY 2 none"), "a NO [TRYCREATE] no such mailbox\r\n");
}

// Which may take long.
TEST(Copy, CountsNoMailWhereRoomIsAskedFor) {
  auto store = site();
  store.boxes["x"];
  store.limits = imap::QuotaState{0, 1000, 0, 100};
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a COPY 1:2 x"), "a OK [COPYUID 7 1:2 1:2] COPY done\r\n");
  client.say("a MOVE 1 x");
  EXPECT_EQ(store.asked_for_quota, 0u);
  store.limits->octets = 1000;
  EXPECT_EQ(client.say("a COPY 1 x").substr(0, 17), "a NO [OVERQUOTA] ");
}

TEST(Copy, ResponseCodesAreNeverCut) {
  MemoryStore store;
  std::string odd;
  for (int i = 0; i < 400; ++i) {
    store.boxes["INBOX"].add("A: b\r\n\r\n");
    if (i % 2 == 0) odd += (odd.empty() ? "" : ",") + std::to_string(i + 1);
  }
  store.boxes["x"];
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a COPY " + odd + " x"), "a OK [COPYUID 7 " + odd + " 1:200] COPY done\r\n");
}

TEST(Copy, WhatIsWrong) {
  auto store = site();
  store.boxes["x"];
  constexpr Row rows[] = {
      {"a COPY 1 x", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a COPY 1", "a BAD COPY: a space expected at octet 9\r\n"},
      {"a COPY 0 x", "a BAD COPY: a set like 1:3,7,9:* expected\r\n"},
      {"a MOVE 1 x y", "a BAD MOVE: the end of the command expected at octet 11\r\n"},
      {"a COPY 9 x", "a BAD no message has such a number\r\n"},
      {"a UID COPY 9 x", "a OK COPY done: no messages\r\n"},
      {"a UID MOVE 9 x", "a OK MOVE done: no messages\r\n"},
      {"s EXAMINE INBOX", "...s OK [READ-ONLY] EXAMINE done\r\n"},
      {"a MOVE 1 x", "a NO [READ-ONLY] the mailbox was opened for reading\r\n"},
      {"a COPY 1 x", "a OK [COPYUID 7 1 1] COPY done\r\n"},
  };
  talk(store, rows);
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u);
}

// What moves takes no more room than before.
TEST(Copy, OnlyACopyNeedsRoom) {
  auto store = site();
  store.boxes["x"];
  store.limits = imap::QuotaState{100, 110, 0, 0};
  constexpr Row rows[] = {
      select_inbox,
      {"a COPY 1 x", "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a MOVE 1 x", "* OK [COPYUID 7 1 1] moved\r\n* 1 EXPUNGE\r\na OK MOVE done\r\n"},
  };
  talk(store, rows);
  EXPECT_EQ(store.boxes["x"].messages.size(), 1u);
}

TEST(Copy, WhatTookNoRoomNeedsSomeWhereItGoes) {
  auto store = site();
  store.boxes["x"];
  store.boxes["Trash"].add("a: b\r\n\r\n");
  store.boxes["Trash"].add("a: b\r\n\r\n", {imap::deleted, {}});
  store.limits = imap::QuotaState{100, 100, 1, 1};
  constexpr Row rows[] = {
      {"s SELECT Trash", "...s OK [READ-WRITE] SELECT done\r\n"},
      {"a COPY 1 x", "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a MOVE 1 x", "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a MOVE 1 Trash", "...a OK MOVE done\r\n"},
      // A copy of one that is flagged deleted counts as little.
      {"a COPY 1 x", "a OK [COPYUID 7 2 1] COPY done\r\n"},
      select_inbox,
      {"a COPY 1 Trash", "a OK [COPYUID 7 1 4] COPY done\r\n"},
      {"a MOVE 1 Trash", "...a OK MOVE done\r\n"},
  };
  talk(store, rows);
}

TEST(Copy, AMoveTellsItsModSequence) {
  auto store = site();
  store.boxes["x"];
  constexpr Row rows[] = {
      {"a ENABLE QRESYNC", "...a OK ENABLE done\r\n"},
      select_inbox,
      {"a MOVE 1 x", "* OK [COPYUID 7 1 1] moved\r\n* VANISHED 1\r\na OK [HIGHESTMODSEQ 6] MOVE done\r\n"},
  };
  talk(store, rows);
}

// What was promised to go and is still there is no success.
TEST(Copy, AMoveThatLeavesAnythingBehindSaysSo) {
  auto store = site();
  store.boxes["x"];
  store.boxes["INBOX"].keeps = true;
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_TRUE(
      client.say("a MOVE 1 x")
          .ends_with("a NO [UNAVAILABLE] copied, but some of these messages could not be removed\r\n"));
  store.boxes["INBOX"].keeps = false;
  // Another session has removed it by then.
  store.boxes["INBOX"].meanwhile = [&] { store.boxes["INBOX"].remove(2); };
  EXPECT_TRUE(client.say("a MOVE 2 x").ends_with("a OK MOVE done\r\n"));
}

TEST(Copy, WhatHasMovedHasMovedWhateverComesAfterIt) {
  auto store = site();
  auto& box = store.boxes["INBOX"];
  store.boxes["x"];
  Client client(store);
  client.say("a SELECT INBOX");
  box.meanwhile = [&] { box.refreshes_left = 2; };
  EXPECT_EQ(client.say("a MOVE 1 x"), "* OK [COPYUID 7 1 1] moved\r\na OK MOVE done\r\n");
}

}  // namespace
}  // namespace copy_test

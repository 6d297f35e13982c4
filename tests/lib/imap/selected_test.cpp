#include "imap/selected.hpp"

#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace {

TEST(Selected, ClientsSeeEachOthersChanges) {
  auto store = site();
  Client one(store);
  Client two(store);
  one.say("a SELECT INBOX");
  two.say("b SELECT INBOX");
  EXPECT_EQ(one.say("a STORE 1 +FLAGS.SILENT (\\Deleted)"), "a OK STORE done\r\n");
  EXPECT_EQ(two.say("b NOOP"), "* 1 FETCH (UID 1 FLAGS (\\Deleted \\Seen))\r\nb OK done\r\n");
  EXPECT_EQ(one.say("a NOOP"), "a OK done\r\n");
  store.boxes["INBOX"].add("Subject: four\r\n\r\n");
  EXPECT_EQ(one.say("a EXPUNGE"), "* 1 EXPUNGE\r\n* 3 EXISTS\r\n* 0 RECENT\r\na OK EXPUNGE done\r\n");
  // By number, the one that is gone keeps its place (section 7.4.1).
  EXPECT_EQ(two.say("b FETCH 2 UID"), "* 4 EXISTS\r\n* 0 RECENT\r\n* 2 FETCH (UID 2)\r\nb OK FETCH done\r\n");
  EXPECT_EQ(two.say("b FETCH 1 UID"), "b NO [EXPUNGEISSUED] some of these messages are gone\r\n");
  EXPECT_EQ(two.say("b NOOP"), "* 1 EXPUNGE\r\nb OK done\r\n");
  EXPECT_EQ(
      two.say("b STORE 1 FLAGS ($new)"),
      "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk $new)\r\n"
      "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk $new \\*)] flags kept\r\n"
      "* 1 FETCH (UID 2 FLAGS ($new))\r\nb OK STORE done\r\n");
}

TEST(Selected, SilenceIsOnlyForWhatTheClientDidItself) {
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

TEST(Selected, AnEmptyMailboxHasNoMessageForAStar) {
  MemoryStore store;
  store.boxes["INBOX"];
  Client client(store);
  client.say("a SELECT INBOX");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.say("a FETCH 1:* FLAGS"), "a OK FETCH done\r\n");
  EXPECT_EQ(client.say("a NOOP"), "a OK done\r\n");
  EXPECT_TRUE(client.say("a FETCH 1 FLAGS").starts_with("a BAD "));
}

TEST(Selected, UidExpungeOfAnEmptyViewTakesNothingThatHasCome) {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  Client client(store);
  client.say("a SELECT INBOX");
  box.add("Subject: new\r\n\r\n", {imap::deleted, {}});
  client.say("a UID EXPUNGE 5:*");
  EXPECT_EQ(box.messages.size(), 1u);
}

TEST(Selected, WhoTakesAMailboxAwayHimselfGoesOn) {
  for (const char* command : {"DELETE x", "RENAME x y"}) {
    auto store = site();
    store.boxes["x"].add("Subject: x\r\n\r\n", {imap::deleted, {}});
    Client client(store);
    client.say("a SELECT x");
    EXPECT_TRUE(client.say("a " + std::string(command)).starts_with("a OK ")) << command;
    EXPECT_EQ(client.say("a CLOSE"), "a OK closed\r\n") << command;
    EXPECT_TRUE(client.say("a SELECT INBOX").ends_with("a OK [READ-WRITE] SELECT done\r\n"));
  }
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  store.boxes["INBOX"].validity = 8;
  EXPECT_EQ(client.say("a CLOSE"), "a OK closed\r\n");
  EXPECT_FALSE(client.closed);
}

TEST(Selected, AKeywordInAnotherSpellingIsNoNews) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a STORE 2 +FLAGS ($JUNK)"), "* 2 FETCH (UID 2 FLAGS ($JUNK))\r\na OK STORE done\r\n");
  EXPECT_EQ(client.say("a STORE 3 +FLAGS ($JUNK)"), "* 3 FETCH (UID 3 FLAGS ($Junk))\r\na OK STORE done\r\n");
}

TEST(Selected, CopyMoveAppendSayWhere) {
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

TEST(Selected, CopiesCarryTheFlagsOfNow) {
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

TEST(Selected, ACopyOfWhatIsGoneAsksForNoMailbox) {
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

TEST(Selected, ResponseCodesAreNeverCut) {
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

TEST(Selected, CloseExpungesSilentlyAndExamineNever) {
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

TEST(Selected, AMailboxRebuiltEndsTheSession) {
  for (const char* command : {"NOOP", "FETCH 1 UID", "UID FETCH 1 FLAGS", "SEARCH ALL", "STORE 1 FLAGS ()",
                              "EXPUNGE", "UID EXPUNGE 1", "COPY 1 INBOX", "MOVE 1 INBOX", "CHECK"}) {
    auto store = site();
    Client client(store);
    client.say("a SELECT INBOX");
    store.boxes["INBOX"].validity = 8;
    const auto heard = client.say("a " + std::string(command));
    EXPECT_TRUE(
        heard.starts_with("a NO [UNAVAILABLE] the mailbox was rebuilt, its UIDs count anew\r\n* BYE "))
        << command << ": " << heard;
    EXPECT_TRUE(client.closed) << command;
  }
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  store.boxes["INBOX"].validity = 8;
  // Stored all the same.
  EXPECT_TRUE(
      client.say("a APPEND INBOX {1+}\r\nx").starts_with("a OK [APPENDUID 7 4] APPEND done\r\n* BYE "));
}

TEST(Selected, ALockThatIsNotToBeHadOrAFullDiskIsNoReasonToGo) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  auto& refreshes = store.boxes["INBOX"].refreshes;
  refreshes = base::fail(base::Exit::temporary, "busy");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.say("a NOOP"), "a NO [UNAVAILABLE] busy\r\n");
  refreshes = {};
  EXPECT_EQ(client.say("a NOOP"), "a OK done\r\n");
}

}  // namespace

#include "imap/selected.hpp"

#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace selected_test {
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

TEST(Selected, AnEmptyMailboxHasNoMessageForAStar) {
  MemoryStore store;
  store.boxes["INBOX"];
  Client client(store);
  client.say("a SELECT INBOX");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.say("a FETCH 1:* FLAGS"), "a OK FETCH done\r\n");
  EXPECT_EQ(client.say("a NOOP"), "a OK done\r\n");
  EXPECT_TRUE(client.say("a FETCH 1 FLAGS").starts_with("a BAD "));
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
}  // namespace selected_test

#include "imap/selected.hpp"

#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace {

MemoryStore site() {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add("Subject: one\r\nFrom: a@b.test\r\n\r\nfirst\r\n", {imap::seen, {}});
  box.add("Subject: two\r\n\r\nsecond\r\n");
  box.add("Subject: three\r\n\r\nthird\r\n", {0, {"$Junk"}});
  return store;
}

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

}  // namespace

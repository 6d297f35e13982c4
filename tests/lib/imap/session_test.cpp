#include "imap/session.hpp"

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

TEST(Session, SelectAnswersEverything) {
  auto store = site();
  Client client(store);
  EXPECT_EQ(client.say("a SELECT inbox"),
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk)\r\n"
            "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk \\*)] flags kept\r\n"
            "* 3 EXISTS\r\n* 0 RECENT\r\n* OK [UNSEEN 2] first unseen\r\n* OK [UIDVALIDITY 7] UIDs valid\r\n"
            "* OK [UIDNEXT 4] next UID\r\na OK [READ-WRITE] SELECT done\r\n");
  EXPECT_TRUE(client.say("a SELECT none").ends_with("a NO [NONEXISTENT] no such mailbox\r\n"));
  EXPECT_EQ(client.say("a FETCH 1 FLAGS"), "a BAD no mailbox is selected\r\n");
}

TEST(Session, EveryCommandWithoutAMailbox) {
  const struct {
    const char* command;
    const char* word;
  } rows[] = {{"NOOP", "OK"},
              {"CAPABILITY", "OK"},
              {"LOGIN a b", "BAD"},
              {"AUTHENTICATE PLAIN", "BAD"},
              {"STARTTLS", "BAD"},
              {"CHECK", "BAD"},
              {"CLOSE", "BAD"},
              {"UNSELECT", "BAD"},
              {"EXPUNGE", "BAD"},
              {"SEARCH ALL", "BAD"},
              {"FETCH 1 ALL", "BAD"},
              {"STORE 1 FLAGS ()", "BAD"},
              {"COPY 1 a", "BAD"},
              {"MOVE 1 a", "BAD"},
              {"UID EXPUNGE 1", "BAD"},
              {"NAMESPACE", "OK"},
              {"ID NIL", "OK"},
              {"LIST \"\" *", "OK"},
              {"LSUB \"\" *", "OK"},
              {"STATUS INBOX (MESSAGES)", "OK"},
              {"CREATE x", "OK"},
              {"SUBSCRIBE x", "OK"},
              {"UNSUBSCRIBE x", "OK"},
              {"RENAME x y", "OK"},
              {"DELETE y", "OK"},
              {"DELETE y", "NO"},
              {"APPEND none {1}\r\nx", "NO"},
              {"APPEND INBOX {1}\r\nx", "OK"},
              {"EXAMINE INBOX", "OK"},
              {"LOGOUT", "OK"}};
  auto store = site();
  Client client(store);
  for (const auto& row : rows) {
    const auto heard = client.say("t " + std::string(row.command));
    const auto last = heard.substr(heard.rfind("\r\n", heard.size() - 3) == std::string::npos
                                       ? 0
                                       : heard.rfind("\r\n", heard.size() - 3) + 2);
    EXPECT_TRUE(last.starts_with("t " + std::string(row.word) + " ")) << row.command << ": " << heard;
  }
  EXPECT_TRUE(client.closed);
}

TEST(Session, FetchSetsSeenUnlessPeeked) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a FETCH 2 BODY.PEEK[TEXT]"),
            "* 2 FETCH (BODY[TEXT] {8}\r\nsecond\r\n)\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a FETCH 2 BODY[TEXT]"),
            "* 2 FETCH (BODY[TEXT] {8}\r\nsecond\r\n FLAGS (\\Seen))\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a UID FETCH 2:* (RFC822.SIZE)"),
            "* 2 FETCH (RFC822.SIZE 24 UID 2)\r\n* 3 FETCH (RFC822.SIZE 25 UID 3)\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a FETCH 1 (UID INTERNALDATE)"),
            "* 1 FETCH (UID 1 INTERNALDATE \"17-Jul-1996 09:44:25 +0000\")\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a FETCH 4 FLAGS"), "a BAD no message has such a number\r\n");
  EXPECT_EQ(client.say("a UID FETCH 9 FLAGS"), "a OK FETCH done\r\n");
  client.say("a EXAMINE INBOX");
  EXPECT_EQ(client.say("a FETCH 3 RFC822.TEXT"),
            "* 3 FETCH (RFC822.TEXT {7}\r\nthird\r\n)\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a STORE 3 FLAGS ()"), "a NO [READ-ONLY] the mailbox was opened for reading\r\n");
}

TEST(Session, ClientsSeeEachOthersChanges) {
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

TEST(Session, SearchKeys) {
  const struct {
    const char* keys;
    const char* found;
  } rows[] = {{"ALL", " 1 2 3"},
              {"SEEN", " 1"},
              {"UNSEEN", " 2 3"},
              {"NOT SEEN", " 2 3"},
              {"OR SEEN SUBJECT two", " 1 2"},
              {"KEYWORD $junk", " 3"},
              {"UNKEYWORD $Junk", " 1 2"},
              {"FROM B.TEST", " 1"},
              {"HEADER From \"\"", " 1"},
              {"BODY second", " 2"},
              {"BODY two", ""},
              {"TEXT two", " 2"},
              {"2:3 UNSEEN", " 2 3"},
              {"UID 3", " 3"},
              {"(1 SEEN) 1", " 1"},
              {"LARGER 24", " 1 3"},
              {"SMALLER 25", " 2"},
              {"ON 17-Jul-1996", " 1 2 3"},
              {"BEFORE 17-Jul-1996", ""},
              {"SINCE 18-Jul-1996", ""},
              {"NEW", ""},
              {"OLD", " 1 2 3"},
              {"CHARSET UTF-8 SUBJECT THREE", " 3"}};
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  for (const auto& row : rows) {
    EXPECT_EQ(client.say("a SEARCH " + std::string(row.keys)),
              "* SEARCH" + std::string(row.found) + "\r\na OK SEARCH done\r\n")
        << row.keys;
  }
  EXPECT_EQ(client.say("a SEARCH CHARSET X-NONE ALL"),
            "a NO SEARCH: [BADCHARSET (US-ASCII UTF-8)] this charset is not known\r\n");
}

TEST(Session, SentDatesGoByTheHeader) {
  MemoryStore store;
  store.boxes["INBOX"].add("Date: Tue, 02 Jan 2024 23:30:00 -0800\r\n\r\n");
  store.boxes["INBOX"].add("Subject: no date\r\n\r\n");
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a SEARCH SENTON 2-Jan-2024"), "* SEARCH 1\r\na OK SEARCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH SENTBEFORE 2-Jan-2024"), "* SEARCH\r\na OK SEARCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH SENTSINCE 2-Jan-2024"), "* SEARCH 1\r\na OK SEARCH done\r\n");
}

TEST(Session, CopyMoveAppendSayWhere) {
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

TEST(Session, CloseExpungesSilentlyAndExamineNever) {
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

TEST(Session, ListNamesLevelsAndSubscriptions) {
  MemoryStore store;
  store.boxes["a.b.c"];
  store.boxes["Entw\xc3\xbcrfe"];
  Client client(store);
  EXPECT_EQ(client.say("t LIST \"\" \"\""), "* LIST (\\Noselect) \".\" \"\"\r\nt OK LIST done\r\n");
  EXPECT_EQ(client.say("t LIST \"\" %"),
            "* LIST (\\HasNoChildren) \".\" \"Entw&APw-rfe\"\r\n* LIST (\\HasNoChildren) \".\" \"INBOX\"\r\n"
            "* LIST (\\Noselect \\HasChildren) \".\" \"a\"\r\nt OK LIST done\r\n");
  EXPECT_EQ(client.say("t LIST a. *"),
            "* LIST (\\Noselect \\HasChildren) \".\" \"a.b\"\r\n* LIST (\\HasNoChildren) \".\" "
            "\"a.b.c\"\r\nt OK LIST done\r\n");
  client.say("t SUBSCRIBE a.b.c");
  EXPECT_EQ(client.say("t LSUB \"\" *"), "* LSUB () \".\" \"a.b.c\"\r\nt OK LSUB done\r\n");
  EXPECT_EQ(client.say("t LSUB \"\" %"), "* LSUB (\\Noselect) \".\" \"a\"\r\nt OK LSUB done\r\n");
}

TEST(Session, TooManyErrorsEndIt) {
  MemoryStore store;
  Client client(store);
  for (int i = 0; i < 49; ++i) EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n");
  EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n* BYE too many errors\r\n");
  EXPECT_TRUE(client.closed);
}

}  // namespace

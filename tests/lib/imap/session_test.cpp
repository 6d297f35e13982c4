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
  for (int i = 0; i < 48; ++i) EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n");
  EXPECT_EQ(client.say_too_much(), "t NO [TOOBIG] larger than this server takes\r\n");
  EXPECT_EQ(client.say("t X"), "t BAD unknown command\r\n* BYE too many errors\r\n");
  EXPECT_TRUE(client.closed);
}

}  // namespace

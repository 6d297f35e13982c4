#include "talk.hpp"

namespace list_test {
namespace {

TEST(List, SelectsAndReturns) {
  MemoryStore store;
  store.boxes["a.b"];
  store.boxes["Sent"];
  ASSERT_TRUE(store.create("Drafts", {"\\Drafts"}));
  constexpr Row rows[] = {
      {"a LIST (SPECIAL-USE) \"\" *",
       "* LIST (\\HasNoChildren \\Drafts) \".\" \"Drafts\"\r\na OK LIST done\r\n"},
      {"a SUBSCRIBE a.b", "a OK done\r\n"},
      {"a SUBSCRIBE gone", "a OK done\r\n"},
      {"a LIST (SUBSCRIBED) \"\" * RETURN (CHILDREN)",
       "* LIST (\\HasNoChildren \\Subscribed) \".\" \"a.b\"\r\n* LIST (\\NonExistent \\HasNoChildren "
       "\\Subscribed) \".\" "
       "\"gone\"\r\na OK LIST done\r\n"},
      {"a LIST (SUBSCRIBED RECURSIVEMATCH) \"\" % RETURN (CHILDREN)",
       "* LIST (\\NonExistent \\HasChildren) \".\" \"a\" (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n"
       "* LIST (\\NonExistent \\HasNoChildren \\Subscribed) \".\" \"gone\"\r\na OK LIST done\r\n"},
      {"a LIST \"\" (a.* Sent) RETURN (STATUS (MESSAGES UIDNEXT))",
       "* LIST (\\HasNoChildren) \".\" \"Sent\"\r\n* STATUS \"Sent\" (MESSAGES 0 UIDNEXT 1)\r\n"
       "* LIST (\\HasNoChildren) \".\" \"a.b\"\r\n* STATUS \"a.b\" (MESSAGES 0 UIDNEXT 1)\r\na OK LIST "
       "done\r\n"},
      {"a LIST (RECURSIVEMATCH) \"\" *", "...octet 24\r\n"},
      {"a LIST () \"\" INBOX", "* LIST (\\HasNoChildren) \".\" \"INBOX\"\r\na OK LIST done\r\n"},
  };
  talk(store, rows);
}

// RFC 5258 section 3: what does not exist is named to who selects by subscription alone.
TEST(List, ASubscriptionMakesNoMailbox) {
  MemoryStore store;
  store.boxes["a.b"];
  constexpr Row rows[] = {
      {"a SUBSCRIBE gone.below", "a OK done\r\n"},
      {"a SUBSCRIBE a", "a OK done\r\n"},
      {"a LIST \"\" * RETURN (SUBSCRIBED)",
       "* LIST (\\HasNoChildren) \".\" \"INBOX\"\r\n* LIST (\\NonExistent \\HasChildren \\Subscribed) "
       "\".\" \"a\"\r\n* LIST (\\HasNoChildren) \".\" \"a.b\"\r\na OK LIST done\r\n"},
      {"a LIST (SUBSCRIBED) \"\" *",
       "* LIST (\\NonExistent \\HasChildren \\Subscribed) \".\" \"a\"\r\n"
       "* LIST (\\NonExistent \\HasNoChildren \\Subscribed) \".\" \"gone.below\"\r\na OK LIST done\r\n"},
  };
  talk(store, rows);
}

// Each is a file to be read.
TEST(List, LooksForUsesWhereSomebodyAsks) {
  MemoryStore store;
  ASSERT_TRUE(store.create("Drafts", {"\\Drafts"}));
  const struct {
    const char* command;
    bool asks;
  } rows[] = {{"LIST \"\" *", true},  // clients that know no other form know them from here
              {"LIST () \"\" *", false},
              {"LIST (SUBSCRIBED) \"\" *", false},
              {"LIST \"\" * RETURN (CHILDREN STATUS (MESSAGES))", false},
              {"LIST \"\" * RETURN (SPECIAL-USE)", true},
              {"LIST (SPECIAL-USE) \"\" *", true}};
  for (const auto& row : rows) {
    store.asked_for_uses = 0;
    Client client(store);
    EXPECT_EQ(client.say("a " + std::string(row.command)).find("\\Drafts") != std::string::npos, row.asks)
        << row.command;
    EXPECT_EQ(store.asked_for_uses, row.asks ? 1u : 0u) << row.command;
  }
}

TEST(List, NamesLevelsAndSubscriptions) {
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

TEST(List, WhatIsWrong) {
  MemoryStore store;
  constexpr Row rows[] = {
      {"a LIST", "a BAD LIST: a space expected at octet 7\r\n"},
      {"a LIST \"\"", "a BAD LIST: a space expected at octet 10\r\n"},
      {"a LIST (NOTHING) \"\" *",
       "a BAD LIST: SUBSCRIBED, SPECIAL-USE, REMOTE or RECURSIVEMATCH expected at octet 9\r\n"},
      {"a LIST \"\" * RETURN (NOTHING)",
       "a BAD LIST: SUBSCRIBED, CHILDREN, SPECIAL-USE or STATUS expected at octet 21\r\n"},
      {"a LIST \"\" * RETURN (STATUS (NOTHING))", "a BAD LIST: a status item expected at octet 36\r\n"},
      {"a LIST \"\" (a b", "a BAD LIST: ')' expected at octet 15\r\n"},
      {"a LSUB \"\" (a b)", "a BAD LSUB: a mailbox pattern expected at octet 11\r\n"},
  };
  talk(store, rows);
  Client client(store);
  EXPECT_TRUE(client.say("a LIST \"\" " + std::string(1000, 'x')).starts_with("a OK LIST done"))
      << "at the limit";
  EXPECT_TRUE(
      client.say("a LIST \"\" " + std::string(1001, 'x')).starts_with("a BAD LIST: a shorter pattern"));
  std::string patterns = "x";
  for (int i = 1; i < 100; ++i) patterns += " x";
  EXPECT_EQ(client.say("a LIST \"\" (" + patterns + ")"), "a OK LIST done\r\n");
  EXPECT_TRUE(client.say("a LIST \"\" (" + patterns + " x)").starts_with("a BAD LIST: fewer patterns"));
  const std::string long_one = " " + std::string(1000, 'x');
  EXPECT_EQ(client.say("a LIST \"\" (x" + std::string(998, 'x') + long_one + long_one + long_one + " x)"),
            "a OK LIST done\r\n");
  EXPECT_TRUE(client.say("a LIST \"\" (x" + std::string(999, 'x') + long_one + long_one + long_one + " x)")
                  .starts_with("a BAD LIST: fewer or shorter patterns"));
}

}  // namespace
}  // namespace list_test

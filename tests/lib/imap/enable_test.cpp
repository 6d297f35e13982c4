#include "talk.hpp"

namespace enable_test {
namespace {

TEST(Enable, NamesWhatItKnows) {
  MemoryStore store;
  constexpr Row rows[] = {
      {"a ENABLE X-NONE", "* ENABLED\r\na OK ENABLE done\r\n"},
      {"a ENABLE qresync IMAP4rev2 utf8=accept",
       "* ENABLED QRESYNC IMAP4rev2 UTF8=ACCEPT\r\na OK ENABLE done\r\n"},
      {"a ENABLE CONDSTORE x UIDONLY", "* ENABLED CONDSTORE UIDONLY\r\na OK ENABLE done\r\n"},
      {"a ENABLE", "a BAD ENABLE: a name expected at octet 9\r\n"},
  };
  talk(store, rows);
}

// What was selected before is told its mod-sequence now, and once.
TEST(Enable, CondstoreOfWhatIsSelected) {
  for (const char* name : {"CONDSTORE", "QRESYNC"}) {
    auto store = site();
    Client client(store);
    client.say("s SELECT INBOX");
    EXPECT_EQ(
        client.say("a ENABLE " + std::string(name)),
        "* OK [HIGHESTMODSEQ 4] highest\r\n* ENABLED " + std::string(name) + "\r\na OK ENABLE done\r\n");
    EXPECT_EQ(client.say("a ENABLE " + std::string(name)),
              "* ENABLED " + std::string(name) + "\r\na OK ENABLE done\r\n");
    EXPECT_EQ(client.say("a FETCH 1 FLAGS"), "* 1 FETCH (FLAGS (\\Seen) MODSEQ (2))\r\na OK FETCH done\r\n");
  }
}

TEST(Enable, WhatItNamesHolds) {
  auto store = site();
  store.boxes["\xc3\xbc"];
  constexpr Row rows[] = {
      select_inbox,
      {"a LIST \"\" &APw-", "* LIST (\\HasNoChildren) \".\" \"&APw-\"\r\na OK LIST done\r\n"},
      {"a ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT\r\na OK ENABLE done\r\n"},
      {"a LIST \"\" \"\xc3\xbc\"", "* LIST (\\HasNoChildren) \".\" \"\xc3\xbc\"\r\na OK LIST done\r\n"},
      {"a SEARCH 1", "* SEARCH 1\r\na OK SEARCH done\r\n"},
      {"a ENABLE IMAP4rev2 UIDONLY", "* ENABLED IMAP4rev2 UIDONLY\r\na OK ENABLE done\r\n"},
      {"a UID SEARCH UID 1", "* ESEARCH (TAG \"a\") UID ALL 1\r\na OK SEARCH done\r\n"},
      {"a SEARCH 1", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace enable_test

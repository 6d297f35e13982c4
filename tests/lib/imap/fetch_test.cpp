#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace fetch_test {
namespace {

TEST(Fetch, SetsSeenUnlessPeeked) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a FETCH 2 BODY.PEEK[TEXT]"),
            "* 2 FETCH (BODY[TEXT] {8}\r\nsecond\r\n)\r\na OK FETCH done\r\n");
  EXPECT_EQ(
      client.say("a FETCH 2 BODY[TEXT]"),
      "* 2 FETCH (BODY[TEXT] {8}\r\nsecond\r\n)\r\n* 2 FETCH (UID 2 FLAGS (\\Seen))\r\na OK FETCH done\r\n");
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

TEST(Fetch, AMessageThatCannotBeReadHidesNoOther) {
  auto store = site();
  store.boxes["INBOX"].broken = {1};
  Client client(store);
  client.say("a SELECT INBOX");
  const std::string end = "a NO [UNAVAILABLE] some messages could not be read: broken\r\n";
  EXPECT_EQ(client.say("a FETCH 1:2 (UID BODY.PEEK[TEXT])"),
            "* 2 FETCH (UID 2 BODY[TEXT] {8}\r\nsecond\r\n)\r\n" + end);
  EXPECT_EQ(client.say("a FETCH 1:2 (UID RFC822.SIZE)"), "* 2 FETCH (UID 2 RFC822.SIZE 24)\r\n" + end);
  EXPECT_EQ(client.say("a FETCH 1:2 UID"), "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\na OK FETCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH TEXT second"), "* SEARCH 2\r\n" + end);
  EXPECT_EQ(client.say("a SEARCH UNSEEN TEXT second"), "* SEARCH 2\r\na OK SEARCH done\r\n");
}

TEST(Fetch, NoAnswerTellsWhereTheServerKeepsItsMail) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  store.boxes["INBOX"].refreshes =
      base::fail(base::Exit::io, "/home/bob/Maildir/cur/1.x:2,S: Input/output error");
  EXPECT_EQ(client.say("a NOOP"), "a NO [UNAVAILABLE] 1.x:2,S: Input/output error\r\n");
}

TEST(Fetch, WhatCannotBeReadIsNotMarkedAsSeen) {
  auto store = site();
  store.boxes["INBOX"].broken = {2};
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a FETCH 1:* (FLAGS BODY[TEXT]<0.1>)"),
            "* 1 FETCH (FLAGS (\\Seen) BODY[TEXT]<0> {1}\r\nf)\r\n"
            "* 3 FETCH (FLAGS ($Junk) BODY[TEXT]<0> {1}\r\nt)\r\n"
            "* 3 FETCH (UID 3 FLAGS (\\Seen $Junk))\r\n"
            "a NO [UNAVAILABLE] some messages could not be read: broken\r\n");
  EXPECT_EQ(store.boxes["INBOX"].messages[1].flags.system, 0u);
}

TEST(Fetch, WhatCannotBeMarkedAsSeenIsReadAllTheSame) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  store.boxes["INBOX"].stores = base::fail(base::Exit::temporary, "the disk is full");
  const auto heard = client.say("a UID FETCH 2 BODY[TEXT]");
  EXPECT_NE(heard.find("BODY[TEXT] {8}\r\nsecond\r\n"), std::string::npos) << heard;
  EXPECT_TRUE(heard.ends_with("a NO [UNAVAILABLE] not marked as seen: the disk is full\r\n")) << heard;
}

TEST(Fetch, NulsNeverReachTheClient) {
  using std::string_literals::operator""s;
  MemoryStore store;
  store.boxes["INBOX"].add("A: b\r\n\r\n\0x\0\0y\0"s);
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a FETCH 1 (BODY.PEEK[TEXT] BODY.PEEK[1]<1.2> UID)"),
            "* 1 FETCH (BODY[TEXT] {6}\r\n\x80x\x80\x80y\x80 BODY[1]<1> {2}\r\nx\x80 UID 1)\r\na OK FETCH "
            "done\r\n");
}

// A message may be large: its text goes out as it stands in memory, never glued to the words around it.
TEST(Fetch, TheTextIsWrittenWithoutACopy) {
  MemoryStore store;
  store.boxes["INBOX"].add("A: b\r\n\r\n" + std::string(100'000, 'x'));
  Client client(store);
  client.say("a SELECT INBOX");
  client.say("a FETCH 1 (UID BODY.PEEK[TEXT] FLAGS)");
  EXPECT_EQ(client.longest, 100'000u);
}

TEST(Fetch, WhatAMessageIsMadeOfIsFoundOutOnce) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  const std::string command = "a FETCH 1 (ENVELOPE BODY BODYSTRUCTURE PREVIEW THREADID ENVELOPE)";
  const auto first = client.say(command);
  EXPECT_EQ(store.boxes["INBOX"].reads, 1u);
  EXPECT_EQ(client.say(command), first);
  EXPECT_EQ(store.boxes["INBOX"].reads, 1u);
  client.say("a FETCH 1 (ENVELOPE BODY.PEEK[])");
  EXPECT_EQ(store.boxes["INBOX"].reads, 2u);
  EXPECT_EQ(client.say("a FETCH 1 ENVELOPE").substr(0, 40), first.substr(0, 40));
}

}  // namespace
}  // namespace fetch_test

// What a client may take for all there was to be told (RFC 7162 section 3.2).
#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace modseq_test {
namespace {

struct Pair {
  Pair() : store(site()), box(store.boxes["INBOX"]), client(store) {
    client.say("a ENABLE QRESYNC");
    client.say("a SELECT INBOX");
  }
  MemoryStore store;
  MemoryBox& box;
  Client client;
};

const std::string lower = "* OK [HIGHESTMODSEQ 4] all is told up to here\r\n";

TEST(Modseq, IsLowerThanThatOfARemovalThatIsHeldBack) {
  Pair one;
  one.box.remove(1);
  one.box.flag(3, imap::flagged);
  EXPECT_EQ(one.client.say("a FETCH 2 UID"),
            "* 3 FETCH (UID 3 FLAGS (\\Flagged $Junk) MODSEQ (6))\r\n* 2 FETCH (UID 2)\r\n" + lower +
                "a OK FETCH done\r\n");
  EXPECT_EQ(one.client.say("a FETCH 2 UID"), "* 2 FETCH (UID 2)\r\na OK FETCH done\r\n");
  EXPECT_EQ(one.client.say("a STORE 2 FLAGS.SILENT ()"),
            "* 2 FETCH (UID 2 MODSEQ (7))\r\n" + lower + "a OK STORE done\r\n");
  EXPECT_EQ(one.client.say("a FETCH 3 (FLAGS)"),
            "* 3 FETCH (FLAGS (\\Flagged $Junk) MODSEQ (6))\r\n" + lower + "a OK FETCH done\r\n");
  // With it told, the client may know of all again.
  EXPECT_EQ(one.client.say("a NOOP"),
            "* VANISHED 1\r\n* OK [HIGHESTMODSEQ 7] all is told up to here\r\na OK done\r\n");
  EXPECT_EQ(one.client.say("a NOOP"), "a OK done\r\n");
}

TEST(Modseq, IsWhereAClientThatComesBackBegins) {
  Pair one;
  one.box.remove(1);
  one.box.flag(3, imap::flagged);
  one.client.say("a FETCH 2 UID");
  EXPECT_NE(one.client.say("a SELECT INBOX (QRESYNC (7 4))").find("* VANISHED (EARLIER) 1\r\n"),
            std::string::npos);
  EXPECT_EQ(one.client.say("a SELECT INBOX (QRESYNC (7 6))").find("VANISHED"), std::string::npos);
}

TEST(Modseq, WhatAnotherHasChangedBeforeIsToldWithTheOwnChange) {
  for (const char* command : {"STORE 2 +FLAGS.SILENT (\\Draft)", "FETCH 2 BODY[]"}) {
    Pair one;
    one.box.meanwhile = [&] { one.box.flag(1, imap::flagged); };
    const auto heard = one.client.say("a " + std::string(command));
    EXPECT_NE(heard.find("* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (5))\r\n"), std::string::npos) << heard;
    EXPECT_NE(heard.find("MODSEQ (6)"), std::string::npos) << heard;
    one.box.meanwhile = nullptr;
    EXPECT_EQ(one.client.say("a NOOP"), "a OK done\r\n");
  }
}

TEST(Modseq, WhatAnotherHasRemovedBeforeIsToldOrHeldBack) {
  for (const bool uid : {false, true}) {
    for (const char* command : {"STORE 2 +FLAGS.SILENT (\\Draft)", "FETCH 2 BODY[]"}) {
      Pair one;
      one.box.meanwhile = [&] {
        if (one.box.removed.empty()) one.box.remove(1);
      };
      const auto heard = one.client.say(std::string("a ") + (uid ? "UID " : "") + command);
      EXPECT_EQ(heard.find(lower) != std::string::npos, !uid) << heard;
      EXPECT_EQ(heard.find("* VANISHED 1\r\n") != std::string::npos, uid) << heard;
    }
  }
}

TEST(Modseq, OfWhoTurnsItOnLateIsThatOfWhatWasTold) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  store.boxes["INBOX"].flag(1, imap::flagged);
  EXPECT_TRUE(client.say("a FETCH 2 (MODSEQ)").starts_with("* OK [HIGHESTMODSEQ 4] highest\r\n"));
}

}  // namespace
}  // namespace modseq_test

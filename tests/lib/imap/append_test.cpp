#include "talk.hpp"

namespace append_test {
namespace {

TEST(Append, AppendsAndReplaces) {
  auto store = site();
  constexpr Row rows[] = {
      {"a APPEND INBOX (\\Seen) {1+}\r\nx {2+}\r\nyy", "a OK [APPENDUID 7 4:5] APPEND done\r\n"},
      {"a APPEND INBOX (\\Seen) UTF8 (~{3+}\r\nxyz)", "a OK [APPENDUID 7 6] APPEND done\r\n"},
      {"a APPEND INBOX {3+}\r\n\r\n", "...octet 16\r\n"},
      select_inbox,
      {"a REPLACE 2 INBOX (\\Draft) {3+}\r\nnew",
       "* OK [APPENDUID 7 7] replacement\r\n* 2 EXPUNGE\r\n* 6 EXISTS\r\n* 0 RECENT\r\na OK REPLACE "
       "done\r\n"},
      {"a UID REPLACE 1 none {3+}\r\nnew", "a NO [TRYCREATE] no such mailbox\r\n"},
      {"a REPLACE 1:2 INBOX {3+}\r\nnew", "a BAD one message that is there is to be replaced\r\n"},
  };
  talk(store, rows);
}

TEST(Append, WhatIsStored) {
  auto store = site();
  constexpr Row rows[] = {
      {"a APPEND inbox (\\Seen $x) \"17-Jul-1996 02:44:25 -0700\" {3+}\r\nabc",
       "a OK [APPENDUID 7 4] APPEND done\r\n"},
      {"a APPEND INBOX (\\Recent) {1+}\r\nx", "a BAD APPEND: flag \\\\Recent cannot be set\r\n"},
      {"a APPEND INBOX \"yesterday\" {1+}\r\nx",
       "a BAD APPEND: a date and time like \" 1-Feb-2024 13:14:15 +0200\" expected\r\n"},
      {"a APPEND INBOX {0+}\r\n", "a NO APPEND: an empty message cannot be stored\r\n"},
      {"a APPEND INBOX x", "a BAD APPEND: a literal expected at octet 16\r\n"},
      {"a APPEND INBOX", "a BAD APPEND: a space expected at octet 15\r\n"},
      {"a APPEND none {1+}\r\nx", "a NO [TRYCREATE] no such mailbox\r\n"},
  };
  talk(store, rows);
  const auto& box = store.boxes["INBOX"];
  ASSERT_EQ(box.messages.size(), 4u);
  EXPECT_EQ(box.messages[3].flags, (imap::Flags{imap::seen, {"$x"}}));
  EXPECT_EQ(box.texts.at(4), "abc");
}

TEST(Append, AllOfThemTogetherMustFit) {
  auto store = site();
  constexpr Row rows[] = {
      {"a APPEND INBOX {2+}\r\nxx {2+}\r\nyy", "a OK [APPENDUID 7 4:5] APPEND done\r\n"},
      {"a APPEND INBOX {2+}\r\nxx {3+}\r\nyyy", "a NO [TOOBIG] larger than this server takes\r\n"},
  };
  talk(store, rows, {.message_size = 4});
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 5u);
}

TEST(Append, NothingIsReplacedByWhatIsNotStored) {
  auto store = site();
  store.limits = imap::QuotaState{2, 4, 0, 0};
  constexpr Row rows[] = {
      {"a REPLACE 1 INBOX {1+}\r\nx", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a REPLACE 3 INBOX {30+}\r\nxxxxxxxxxxyyyyyyyyyyzzzzzzzzzz",
       "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a APPEND INBOX {3+}\r\nxyz", "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a REPLACE 9 INBOX {1+}\r\nx", "a BAD no message has such a number\r\n"},
      {"s EXAMINE INBOX", "...s OK [READ-ONLY] EXAMINE done\r\n"},
      {"a REPLACE 1 INBOX {1+}\r\nx", "a NO [READ-ONLY] the mailbox was opened for reading\r\n"},
  };
  talk(store, rows);
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u);
}

// RFC 3502: with a message of no octets a client takes all of the command back, and that is no mistake of
// its.
TEST(Append, IsTakenBackAsOftenAsAClientLikes) {
  auto store = site();
  Client client(store);
  for (int i = 0; i < 100; ++i)
    ASSERT_EQ(client.say("a APPEND INBOX {1+}\r\nx {0+}\r\n"),
              "a NO APPEND: an empty message cannot be stored\r\n");
  EXPECT_FALSE(client.closed);
  EXPECT_EQ(store.boxes["INBOX"].messages.size(), 3u);
}

// A NO would only have it stored again.
TEST(Append, AReplacementThatIsStoredIsStored) {
  auto store = site();
  auto& box = store.boxes["INBOX"];
  Client client(store);
  client.say("a SELECT INBOX");
  box.stores = base::fail(base::Exit::temporary, "busy");
  EXPECT_EQ(client.say("a REPLACE 1 INBOX {1+}\r\nx"),
            "* OK [APPENDUID 7 4] replacement\r\n* 4 EXISTS\r\n* 0 RECENT\r\na OK REPLACE done\r\n");
  EXPECT_EQ(client.reported, "message 1, which was replaced, stays: busy");
  box.stores = {};
  box.keeps = true;
  EXPECT_NE(client.say("a REPLACE 1 INBOX {1+}\r\nx").find("a OK REPLACE done\r\n"), std::string::npos);
  box.keeps = false;
  box.meanwhile = [&] { box.refreshes = base::fail(base::Exit::temporary, "busy"); };
  EXPECT_EQ(client.say("a REPLACE 1 INBOX {1+}\r\nx"),
            "* OK [APPENDUID 7 6] replacement\r\na OK REPLACE done\r\n");
}

// RFC 8508 section 3.4: what goes makes room, unless it counts no more as it is.
TEST(Append, AReplacementNeedsRoomForWhatItIsLarger) {
  auto store = site();
  store.boxes["INBOX"].messages[1].flags.system = imap::deleted;
  store.limits = imap::QuotaState{100, 101, 3, 3};
  const std::string message(store.boxes["INBOX"].texts[1].size(), 'x');
  Client client(store);
  client.say("a SELECT INBOX");
  const auto replace = [&](const std::string& number, const std::string& text) {
    return client.say("a REPLACE " + number + " INBOX {" + std::to_string(text.size()) + "+}\r\n" + text);
  };
  const std::string full = "a NO [OVERQUOTA] there is no room for that\r\n";
  EXPECT_EQ(replace("2", "x"), full);
  EXPECT_EQ(replace("1", message + "xx"), full);
  EXPECT_TRUE(replace("1", message + "x").ends_with("a OK REPLACE done\r\n"));
}

TEST(Append, NothingInTrashTakesRoomOrMakesAny) {
  auto store = site();
  store.boxes["Trash"].add("a: b\r\n\r\n");
  store.limits = imap::QuotaState{100, 100, 3, 3};
  constexpr Row rows[] = {
      {"a APPEND Trash {1+}\r\nx", "a OK [APPENDUID 7 2] APPEND done\r\n"},
      {"s SELECT Trash", "...s OK [READ-WRITE] SELECT done\r\n"},
      {"a REPLACE 1 INBOX {1+}\r\nx", "a NO [OVERQUOTA] there is no room for that\r\n"},
      {"a REPLACE 1 Trash {9+}\r\n123456789", "...a OK REPLACE done\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace append_test

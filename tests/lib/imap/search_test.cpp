#include "talk.hpp"

namespace search_test {
namespace {

TEST(Search, Returns) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a SEARCH RETURN () ALL", "* ESEARCH (TAG \"a\") ALL 1:3\r\na OK SEARCH done\r\n"},
      {"a UID SEARCH RETURN (MIN MAX COUNT) UNSEEN",
       "* ESEARCH (TAG \"a\") UID MIN 2 MAX 3 COUNT 2\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (COUNT) 9", "* ESEARCH (TAG \"a\") COUNT 0\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (SAVE) UNSEEN", "a OK SEARCH done\r\n"},
      {"a FETCH $ UID", "* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\na OK FETCH done\r\n"},
      {"a SEARCH $ KEYWORD $Junk", "* SEARCH 3\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (SAVE MIN) ALL", "* ESEARCH (TAG \"a\") MIN 1\r\na OK SEARCH done\r\n"},
      {"a UID FETCH $ UID", "* 1 FETCH (UID 1)\r\na OK FETCH done\r\n"},
      {"a SEARCH RETURN (PARTIAL 1:2) ALL",
       "* ESEARCH (TAG \"a\") PARTIAL (1:2 1:2)\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (PARTIAL -1:-1) ALL",
       "* ESEARCH (TAG \"a\") PARTIAL (-1:-1 3)\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (PARTIAL 7:9) ALL",
       "* ESEARCH (TAG \"a\") PARTIAL (7:9 NIL)\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (PARTIAL 1:-2) ALL",
       "a BAD SEARCH: a range like 1:100 or -1:-100 expected at octet 29\r\n"},
      {"a SEARCH RETURN (PARTIAL 1:2 PARTIAL 1:2) ALL", "a BAD SEARCH: one PARTIAL expected at octet 37\r\n"},
      {"a SEARCH RETURN (PARTIAL 1:2 ALL) ALL", "a BAD SEARCH: ALL or PARTIAL expected at octet 34\r\n"},
      {"a SEARCH ON 30-Feb-2026", "a BAD SEARCH: a date that exists expected\r\n"},
  };
  talk(store, rows);
}

TEST(Search, NumbersAndUids) {
  auto store = site();
  store.boxes["INBOX"].messages.erase(store.boxes["INBOX"].messages.begin());
  constexpr Row rows[] = {
      {"a SEARCH ALL", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a SEARCH ALL", "* SEARCH 1 2\r\na OK SEARCH done\r\n"},
      {"a UID SEARCH ALL", "* SEARCH 2 3\r\na OK SEARCH done\r\n"},
      {"a UID SEARCH 2", "* SEARCH 3\r\na OK SEARCH done\r\n"},
      {"a SEARCH UID 3", "* SEARCH 2\r\na OK SEARCH done\r\n"},
      {"a SEARCH CHARSET utf-8 SUBJECT two", "* SEARCH 1\r\na OK SEARCH done\r\n"},
      {"a SEARCH CHARSET X-NONE ALL",
       "a NO [BADCHARSET (US-ASCII UTF-8)] SEARCH: this charset is not known\r\n"},
      {"a SEARCH", "a BAD SEARCH: a space expected at octet 9\r\n"},
      {"a SEARCH NOTHING", "a BAD SEARCH: a search key expected at octet 10\r\n"},
      {"a SEARCH RETURN (NOTHING) ALL",
       "a BAD SEARCH: MIN, MAX, ALL, COUNT, SAVE or PARTIAL expected at octet 18\r\n"},
      {"a SEARCH RETURN (ALL ALL", "a BAD SEARCH: a space expected at octet 25\r\n"},
  };
  talk(store, rows);
}

// RFC 9394 section 3.2, table 1; RFC 5182 section 2.4.
TEST(Search, WhatIsSavedOfWhatIsReturned) {
  auto store = site();
  store.boxes["INBOX"].add("a: b\r\n\r\n");
  constexpr struct {
    const char* options;
    const char* saved;
  } rows[] = {{"SAVE PARTIAL 2:3", "2 3"},
              {"SAVE PARTIAL 2:3 MIN", "1 2 3"},
              {"PARTIAL 2:2 SAVE MAX", "2 4"},
              {"SAVE PARTIAL -2:-2 MIN MAX", "1 3 4"},
              {"SAVE PARTIAL 2:3 COUNT", "1 2 3 4"},
              {"SAVE PARTIAL 7:9", ""},
              {"SAVE MIN MAX", "1 4"},
              {"SAVE MIN COUNT", "1 2 3 4"},
              {"SAVE ALL MAX", "1 2 3 4"},
              {"SAVE", "1 2 3 4"}};
  for (const auto& [options, saved] : rows) {
    Client client(store);
    client.say("s SELECT INBOX");
    client.say("a SEARCH RETURN (" + std::string(options) + ") ALL");
    const auto wanted = saved[0] == '\0' ? std::string() : " " + std::string(saved);
    EXPECT_EQ(client.say("b SEARCH $"), "* SEARCH" + wanted + "\r\nb OK SEARCH done\r\n") << options;
  }
}

// After a NO there is nothing behind `$` (RFC 5182 section 2.1).
TEST(Search, NothingIsSavedOfWhatCouldNotBeRead) {
  auto store = site();
  store.boxes["INBOX"].broken = {1};
  constexpr Row rows[] = {
      select_inbox,
      {"a SEARCH RETURN (SAVE) UNSEEN", "a OK SEARCH done\r\n"},
      {"a SEARCH RETURN (SAVE) TEXT second",
       "a NO [UNAVAILABLE] some messages could not be read: broken\r\n"},
      {"a FETCH $ UID", "a OK FETCH done\r\n"},
  };
  talk(store, rows);
}

TEST(Search, NothingIsSavedAfterAnyNo) {
  auto store = site();
  Client client(store);
  client.say("s SELECT INBOX");
  for (const char* command : {"SEARCH RETURN (SAVE) CHARSET x-none SUBJECT a",
                              "SORT RETURN (SAVE) (SIZE) x-none SUBJECT a", "SEARCH RETURN (SAVE) 2"}) {
    client.say("a SEARCH RETURN (SAVE) 1");
    auto& refreshes = store.boxes["INBOX"].refreshes;
    if (std::string_view(command).ends_with("2")) refreshes = base::fail(base::Exit::temporary, "busy");
    EXPECT_TRUE(client.say("a " + std::string(command)).starts_with("a NO [")) << command;
    refreshes = {};
    EXPECT_EQ(client.say("a FETCH $ UID"), "a OK FETCH done\r\n") << command;
  }
  // A BAD says nothing of it, and whoever does not ask for it keeps it.
  client.say("a SEARCH RETURN (SAVE) 1");
  EXPECT_TRUE(client.say("a SEARCH RETURN (SAVE) CHARSET x-none").starts_with("a BAD "));
  EXPECT_TRUE(client.say("a SEARCH RETURN (SAVE) 9").starts_with("a OK "));
  client.say("a SEARCH RETURN (SAVE) 1");
  EXPECT_TRUE(client.say("a SEARCH CHARSET x-none SUBJECT a").starts_with("a NO [BADCHARSET "));
  EXPECT_EQ(client.say("a FETCH $ UID"), "* 1 FETCH (UID 1)\r\na OK FETCH done\r\n");
}

TEST(Search, KeysOfExtensions) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a SEARCH OLDER 999", "* SEARCH 1 2 3\r\na OK SEARCH done\r\n"},
      {"a SEARCH YOUNGER 999", "* SEARCH\r\na OK SEARCH done\r\n"},
      {"a SEARCH SAVEDON 17-Jul-1996", "* SEARCH 1 2 3\r\na OK SEARCH done\r\n"},
      {"a SEARCH SAVEDBEFORE 17-Jul-1996", "* SEARCH\r\na OK SEARCH done\r\n"},
      {"a SEARCH UIDAFTER 1 UIDBEFORE 3", "* SEARCH 2\r\na OK SEARCH done\r\n"},
      {"a SEARCH EMAILID E24", "* SEARCH 2\r\na OK SEARCH done\r\n"},
      {"a SEARCH THREADID T0", "* SEARCH\r\na OK SEARCH done\r\n"},
      {"a SEARCH MODSEQ 3",
       "* OK [HIGHESTMODSEQ 4] highest\r\n* SEARCH 2 3 (MODSEQ 4)\r\na OK SEARCH done\r\n"},
      {"a SEARCH MODSEQ \"/flags/\\\\Seen\" all 9", "* SEARCH\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (MIN) MODSEQ 3", "* ESEARCH (TAG \"a\") MIN 2 MODSEQ 3\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (MAX) MODSEQ 3", "* ESEARCH (TAG \"a\") MAX 3 MODSEQ 4\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (MIN COUNT) MODSEQ 3",
       "* ESEARCH (TAG \"a\") MIN 2 COUNT 2 MODSEQ 4\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (PARTIAL 1:1) MODSEQ 3",
       "* ESEARCH (TAG \"a\") PARTIAL (1:1 2) MODSEQ 3\r\na OK SEARCH done\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace search_test

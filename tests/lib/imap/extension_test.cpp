// What each extension adds, as rows: what a client says, and what it hears.
#include "imap/session.hpp"
#include "talk.hpp"

namespace extension_test {
namespace {

TEST(Extension, Rev2) {
  auto store = site();
  store.boxes["Entw\xc3\xbcrfe"];
  constexpr Row rows[] = {
      {"a ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\r\na OK ENABLE done\r\n"},
      {"a SELECT INBOX",
       "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft $Junk)\r\n* OK [PERMANENTFLAGS (\\Answered "
       "\\Flagged \\Deleted "
       "\\Seen \\Draft $Junk \\*)] flags kept\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 7] UIDs valid\r\n* OK "
       "[UIDNEXT 4] next "
       "UID\r\n* OK [HIGHESTMODSEQ 4] highest\r\n* OK [MAILBOXID (F7)] for ever\r\n* LIST (\\HasNoChildren) "
       "\".\" "
       "\"INBOX\"\r\na OK "
       "[READ-WRITE] SELECT done\r\n"},
      {"b SEARCH ALL", "* ESEARCH (TAG \"b\") ALL 1:3\r\nb OK SEARCH done\r\n"},
      {"c SEARCH 9", "* ESEARCH (TAG \"c\")\r\nc OK SEARCH done\r\n"},
      {"d LIST \"\" E*", "* LIST (\\HasNoChildren) \".\" \"Entw\xc3\xbcrfe\"\r\nd OK LIST done\r\n"},
      {"e STATUS \"Entw\xc3\xbcrfe\" (MESSAGES DELETED SIZE)",
       "* STATUS \"Entw\xc3\xbcrfe\" (MESSAGES 0 DELETED 0 SIZE 0)\r\ne OK STATUS done\r\n"},
      {"f SELECT INBOX", "...f OK [READ-WRITE] SELECT done\r\n"},
      {"g CREATE Sent.old", "...g OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"g CREATE Sent (USE (\\Sent))", "...g OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"g SUBSCRIBE Sent", "g OK done\r\n"},
      {"g SELECT Sent",
       "...* LIST (\\HasChildren \\Subscribed \\Sent) \".\" \"Sent\"\r\ng OK [READ-WRITE] SELECT done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, Condstore) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT INBOX (CONDSTORE)", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"b FETCH 1 FLAGS", "* 1 FETCH (FLAGS (\\Seen) MODSEQ (2))\r\nb OK FETCH done\r\n"},
      {"c FETCH 1:* (UID) (CHANGEDSINCE 3)", "* 3 FETCH (UID 3 MODSEQ (4))\r\nc OK FETCH done\r\n"},
      {"d FETCH 1 (MODSEQ) (VANISHED)", "d BAD FETCH: UID FETCH expected at octet 30\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, VanishedSince) {
  auto store = site();
  constexpr Row rows[] = {
      {"a ENABLE QRESYNC", "* ENABLED QRESYNC\r\na OK ENABLE done\r\n"},
      select_inbox,
      {"a UID STORE 2 +FLAGS.SILENT (\\Deleted)", "...a OK STORE done\r\n"},
      {"a EXPUNGE", "* VANISHED 2\r\na OK [HIGHESTMODSEQ 6] EXPUNGE done\r\n"},
      {"a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3 VANISHED)",
       "* VANISHED (EARLIER) 2\r\n* 2 FETCH (FLAGS ($Junk) UID 3 MODSEQ (4))\r\na OK FETCH done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, UidOnly) {
  auto store = site();
  store.boxes["box"];
  constexpr Row rows[] = {
      {"a ENABLE UIDONLY", "* ENABLED UIDONLY\r\na OK ENABLE done\r\n"},
      {"a SELECT INBOX", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"a FETCH 1 FLAGS", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a SEARCH ALL", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a UID SEARCH 1:2", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a COPY 1 box", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a UID FETCH 1:2 (UID FLAGS)",
       "* 1 UIDFETCH (UID 1 FLAGS (\\Seen))\r\n* 2 UIDFETCH (UID 2 FLAGS ())\r\na OK FETCH done\r\n"},
      {"a UID FETCH 2 FLAGS", "* 2 UIDFETCH (FLAGS ())\r\na OK FETCH done\r\n"},
      {"a UID SORT (SIZE) UTF-8 1:*", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a THREAD REFERENCES UTF-8 ALL", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a UID REPLACE 9 box {1+}\r\nx", "a NO [NONEXISTENT] one message that is there is to be replaced\r\n"},
      {"a REPLACE 1 box {1+}\r\nx", "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a UID STORE 2 +FLAGS (\\Deleted)", "* 2 UIDFETCH (FLAGS (\\Deleted))\r\na OK STORE done\r\n"},
      {"a UID EXPUNGE 2", "* VANISHED 2\r\na OK EXPUNGE done\r\n"},
      {"a UID MOVE 3 box", "* OK [COPYUID 7 3 1] moved\r\n* VANISHED 3\r\na OK MOVE done\r\n"},
      {"a ENABLE QRESYNC", "...a OK ENABLE done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 1 1:3 (1 1)))",
       "a BAD [UIDREQUIRED] UIDs are expected, no message numbers\r\n"},
      {"a SELECT INBOX (QRESYNC (7 9 1:3))", "...a OK [READ-WRITE] SELECT done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, PartialFetch) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a UID FETCH 1:* (UID) (PARTIAL -1:-2)",
       "* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 1:1 PARTIAL 2:2)", "...octet 43\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 3:9)", "* 3 FETCH (UID 3)\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 4:9)", "a OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL -1:-1 CHANGEDSINCE 2)",
       "* OK [HIGHESTMODSEQ 4] highest\r\n* 3 FETCH (UID 3 MODSEQ (4))\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (CHANGEDSINCE 2 PARTIAL 1:2)",
       "* 2 FETCH (UID 2 MODSEQ (3))\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 0:9)", "a BAD UID: a number expected at octet 33\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, MessageLimit) {
  auto store = site();
  store.boxes["box"];
  constexpr Row rows[] = {
      select_inbox,
      {"a FETCH 1:* UID", "* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\na OK [MESSAGELIMIT 2 2] FETCH done\r\n"},
      {"a FETCH 1:2 UID", "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\na OK FETCH done\r\n"},
      {"a SEARCH ALL", "* SEARCH 2 3\r\na OK [MESSAGELIMIT 2 2] SEARCH done\r\n"},
      {"a COPY 1:* box", "a NO [MESSAGELIMIT 2 2] too many messages at once\r\n"},
      {"a STORE 1:* +FLAGS.SILENT (\\Seen)", "a OK [MESSAGELIMIT 2 2] STORE done\r\n"},
      {"a MOVE 1:* box",
       "* OK [COPYUID 7 2:3 1:2] moved\r\n* 2 EXPUNGE\r\n* 2 EXPUNGE\r\na OK [MESSAGELIMIT 2 2] MOVE "
       "done\r\n"},
      {"a APPEND box {1+}\r\nx {1+}\r\ny {1+}\r\nz", "a NO [MESSAGELIMIT 2] too many messages at once\r\n"},
  };
  talk(store, rows, {.messages = 2});
}

// Whoever goes on below what was reached gets on; a part that is too large is no part (RFC 9738 section 3.1).
TEST(Extension, MessageLimitGoesOnBelow) {
  auto store = site();
  store.boxes["INBOX"].add("a: b\r\n\r\n");
  constexpr Row rows[] = {
      select_inbox,
      {"a UID SEARCH UNKEYWORD none", "* SEARCH 3 4\r\na OK [MESSAGELIMIT 2 3] SEARCH done\r\n"},
      {"a UID SEARCH UIDBEFORE 3 UNKEYWORD none", "* SEARCH 1 2\r\na OK SEARCH done\r\n"},
      {"a UID SEARCH (UID 1:3) ALL", "* SEARCH 2 3\r\na OK [MESSAGELIMIT 2 2] SEARCH done\r\n"},
      {"a SEARCH 1:2 UNSEEN", "* SEARCH 2\r\na OK SEARCH done\r\n"},
      {"a SEARCH RETURN (SAVE) ALL", "a OK [MESSAGELIMIT 2 3] SEARCH done\r\n"},
      {"a FETCH $ UID", "* 3 FETCH (UID 3)\r\n* 4 FETCH (UID 4)\r\na OK FETCH done\r\n"},
      {"a THREAD REFERENCES UTF-8 ALL", "a NO [MESSAGELIMIT 2 3] too many messages\r\n"},
      {"a THREAD REFERENCES UTF-8 1:2", "* THREAD (1)(2)\r\na OK THREAD done\r\n"},
      {"a UID FETCH 1:* UID (PARTIAL -1:-3)", "a NO [MESSAGELIMIT 2] a smaller part, please\r\n"},
      {"a UID FETCH 1:* UID (PARTIAL 1:2)", "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\na OK FETCH done\r\n"},
  };
  talk(store, rows, {.messages = 2});
}

TEST(Extension, MessageLimitAndMessagesThatAreGone) {
  auto store = site();
  imap::Bounds bounds;
  bounds.messages = 2;
  Client client(store, bounds);
  client.say("s SELECT INBOX");
  store.boxes["INBOX"].messages.pop_back();
  EXPECT_EQ(client.say("a FETCH 1:* UID"),
            "* 2 FETCH (UID 2)\r\n* NO [MESSAGELIMIT 2 2] not all messages\r\n"
            "a NO [EXPUNGEISSUED] some of these messages are gone\r\n");
}

// RFC 6855 section 3.
TEST(Extension, NoCharsetWithUtf8) {
  auto store = site();
  store.boxes["INBOX"].add(
      "Subject: B\xc3\xbc"
      "cher\r\n\r\n");
  constexpr Row rows[] = {
      {"a ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT\r\na OK ENABLE done\r\n"},
      select_inbox,
      {"a SEARCH CHARSET UTF-8 ALL", "a BAD with UTF8=ACCEPT, all is in UTF-8\r\n"},
      {"a UID SEARCH CHARSET US-ASCII ALL", "a BAD with UTF8=ACCEPT, all is in UTF-8\r\n"},
      {"a SEARCH SUBJECT \"b\xc3\xbc"
       "cher\"",
       "* SEARCH 4\r\na OK SEARCH done\r\n"},
      {"a SORT (SIZE) utf-8 1", "* SORT 1\r\na OK SORT done\r\n"},
      {"a SORT (SIZE) US-ASCII 1", "a BAD with UTF8=ACCEPT, all is in UTF-8\r\n"},
      {"a THREAD REFERENCES US-ASCII 1", "a BAD with UTF8=ACCEPT, all is in UTF-8\r\n"},
  };
  talk(store, rows);
}

// RFC 9051 sections 5.1 and 6.3.9.7.
TEST(Extension, NamesInOneForm) {
  auto store = site();
  store.boxes["a\xcc\x8a"];
  constexpr Row rows[] = {
      {"a ENABLE IMAP4rev2", "* ENABLED IMAP4rev2\r\na OK ENABLE done\r\n"},
      {"a CREATE \"u\xcc\x88\"",
       "* LIST () \".\" \"\xc3\xbc\" (\"OLDNAME\" (\"u\xcc\x88\"))\r\na OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a SELECT \"u\xcc\x88\"",
       "...* LIST (\\HasNoChildren) \".\" \"\xc3\xbc\" (\"OLDNAME\" (\"u\xcc\x88\"))\r\na OK [READ-WRITE] "
       "SELECT done\r\n"},
      {"a SELECT \"\xc3\xbc\"",
       "...* LIST (\\HasNoChildren) \".\" \"\xc3\xbc\"\r\na OK [READ-WRITE] SELECT done\r\n"},
      {"a UNSELECT", "a OK closed\r\n"},
      {"a STATUS \"u\xcc\x88\" (MESSAGES)", "* STATUS \"u\xcc\x88\" (MESSAGES 0)\r\na OK STATUS done\r\n"},
      {"a APPEND \"u\xcc\x88\" {1+}\r\nx", "a OK [APPENDUID 7 1] APPEND done\r\n"},
      {"a SUBSCRIBE \"u\xcc\x88\"", "a OK done\r\n"},
      {"a LSUB \"\" *", "* LSUB () \".\" \"\xc3\xbc\"\r\na OK LSUB done\r\n"},
      {"a LSUB \"\" \"u\xcc\x88\"", "* LSUB () \".\" \"\xc3\xbc\"\r\na OK LSUB done\r\n"},
      {"a LIST \"\" \"u\xcc\x88\"", "* LIST (\\HasNoChildren) \".\" \"\xc3\xbc\"\r\na OK LIST done\r\n"},
      {"a LIST \"\" \"a\xcc\x8a\"", "* LIST (\\HasNoChildren) \".\" \"a\xcc\x8a\"\r\na OK LIST done\r\n"},
      {"a RENAME \"u\xcc\x88\" \"o\xcc\x88\"",
       "* LIST () \".\" \"\xc3\xb6\" (\"OLDNAME\" (\"u\xcc\x88\"))\r\na OK RENAME done\r\n"},
      {"a RENAME \"\xc3\xb6\" new", "a OK RENAME done\r\n"},
      {"a DELETE \"a\xcc\x8a\"", "a OK done\r\n"},
      {"a CREATE \"\xc3\xa5\"", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a DELETE \"a\xcc\x8a\"",
       "* LIST (\\NonExistent) \".\" \"\xc3\xa5\" (\"OLDNAME\" (\"a\xcc\x8a\"))\r\na OK done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, ItemsOfMessages) {
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Message-ID: <2@x>\r\nReferences: <1@x>\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8gw7wKPiBxdW90ZWQKd29ybGQA\r\n");
  store.boxes["INBOX"].add("Content-Transfer-Encoding: x-odd\r\n\r\nbody\r\n");
  constexpr Row rows[] = {
      select_inbox,
      {"a FETCH 1 (EMAILID SAVEDATE)",
       "* 1 FETCH (EMAILID (E150) SAVEDATE \"17-Jul-1996 10:40:00 +0000\")\r\na OK FETCH done\r\n"},
      {"a FETCH 1 THREADID", "...a OK FETCH done\r\n"},
      {"a FETCH 2 THREADID",
       "* 2 FETCH (THREADID (T47aa6d193b4e5c802a62f66a62b3d9f6))\r\na OK FETCH done\r\n"},
      {"a SEARCH THREADID T47aa6d193b4e5c802a62f66a62b3d9f6", "* SEARCH 2\r\na OK SEARCH done\r\n"},
      {"a FETCH 2 PREVIEW", "* 2 FETCH (PREVIEW \"body\")\r\na OK FETCH done\r\n"},
      {"a FETCH 2 (PREVIEW (LAZY))", "* 2 FETCH (PREVIEW \"body\")\r\na OK FETCH done\r\n"},
      {"a FETCH 1 (BINARY.SIZE[1] BINARY.PEEK[1]<0.5>)",
       "* 1 FETCH (BINARY.SIZE[1] 24 BINARY[1]<0> {5}\r\nHello)\r\na OK FETCH done\r\n"},
      {"a FETCH 1 BINARY.PEEK[7]", "* 1 FETCH (BINARY[7] NIL)\r\na OK FETCH done\r\n"},
      {"a FETCH 2 BINARY[1]", "a NO [UNKNOWN-CTE] in an encoding that is not known\r\n"},
      {"a FETCH 1 BINARY[HEADER]", "a BAD FETCH: a part number expected at octet 25\r\n"},
  };
  talk(store, rows);
  Client client(store);
  client.say("s EXAMINE INBOX");
  EXPECT_NE(client.say("a FETCH 1 BINARY.PEEK[1]").find("BINARY[1] ~{24}\r\n"), std::string::npos);
}

TEST(Extension, IdleTellsWhatOthersDo) {
  auto store = site();
  Client idler(store);
  Client other(store);
  idler.say("s SELECT INBOX");
  EXPECT_EQ(idler.say("i IDLE"), "+ idling\r\n");
  EXPECT_EQ(idler.next, imap::Next::idle);
  EXPECT_EQ(idler.while_idle(), "");
  other.say("a APPEND INBOX {1+}\r\nx");
  EXPECT_EQ(idler.while_idle(), "* 4 EXISTS\r\n* 0 RECENT\r\n");
  EXPECT_EQ(idler.end_idle("done"), "i OK IDLE done\r\n");
  idler.say("j IDLE");
  EXPECT_EQ(idler.end_idle("k NOOP"), "j BAD DONE expected\r\n");
}

TEST(Extension, CompressOnce) {
  MemoryStore store;
  Client client(store);
  EXPECT_NE(client.say("a CAPABILITY").find(" COMPRESS=DEFLATE"), std::string::npos);
  EXPECT_EQ(client.say("a COMPRESS LZ77"), "a BAD COMPRESS: DEFLATE expected at octet 12\r\n");
  EXPECT_EQ(client.say("a COMPRESS DEFLATE"), "a OK compressed from here on\r\n");
  EXPECT_EQ(client.next, imap::Next::compress);
  EXPECT_EQ(client.say("a COMPRESS DEFLATE"), "a NO [COMPRESSIONACTIVE] compressed already\r\n");
  EXPECT_EQ(client.say("a CAPABILITY").find(" COMPRESS=DEFLATE"), std::string::npos);
}

}  // namespace
}  // namespace extension_test

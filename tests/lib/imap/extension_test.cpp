// What each extension adds, as rows: what a client says, and what it hears.
#include <gtest/gtest.h>

#include "memory_store.hpp"

namespace {

struct Row {
  const char* say;
  const char* hears;  // the whole answer, or its end where it begins with "..."
};

template <std::size_t size>
void talk(MemoryStore& store, const Row (&rows)[size], const imap::Bounds& bounds = {}) {
  Client client(store, bounds);
  for (const auto& [say, hears] : rows) {
    const auto heard = client.say(say);
    std::string_view wanted = hears;
    if (wanted.starts_with("...")) {
      wanted.remove_prefix(3);
      EXPECT_TRUE(heard.ends_with(wanted)) << say << "\n" << heard;
    } else {
      EXPECT_EQ(heard, wanted) << say;
    }
  }
}

constexpr Row select_inbox = {"s SELECT INBOX", "...s OK [READ-WRITE] SELECT done\r\n"};

TEST(Extension, Enable) {
  MemoryStore store;
  constexpr Row rows[] = {
      {"a ENABLE X-NONE", "* ENABLED\r\na OK ENABLE done\r\n"},
      {"a ENABLE qresync IMAP4rev2 utf8=accept",
       "* ENABLED QRESYNC IMAP4rev2 UTF8=ACCEPT\r\na OK ENABLE done\r\n"},
      {"a ENABLE", "a BAD ENABLE: a name expected at octet 9\r\n"},
  };
  talk(store, rows);
}

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
       "UID\r\n* OK [HIGHESTMODSEQ 4] highest\r\n* OK [MAILBOXID (F7)] for ever\r\n* LIST () \".\" "
       "\"INBOX\"\r\na OK "
       "[READ-WRITE] SELECT done\r\n"},
      {"b SEARCH ALL", "* ESEARCH (TAG \"b\") ALL 1:3\r\nb OK SEARCH done\r\n"},
      {"c SEARCH 9", "* ESEARCH (TAG \"c\")\r\nc OK SEARCH done\r\n"},
      {"d LIST \"\" E*", "* LIST (\\HasNoChildren) \".\" \"Entw\xc3\xbcrfe\"\r\nd OK LIST done\r\n"},
      {"e STATUS \"Entw\xc3\xbcrfe\" (MESSAGES DELETED SIZE)",
       "* STATUS \"Entw\xc3\xbcrfe\" (MESSAGES 0 DELETED 0 SIZE 0)\r\ne OK STATUS done\r\n"},
      {"f SELECT INBOX", "...f OK [READ-WRITE] SELECT done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, SearchReturns) {
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
      {"a SEARCH RETURN (PARTIAL 1:2 ALL) ALL", "a BAD SEARCH: ALL or PARTIAL expected at octet 34\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, SearchKeys) {
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
      {"a SEARCH RETURN (MIN) MODSEQ 3", "* ESEARCH (TAG \"a\") MIN 2 MODSEQ 4\r\na OK SEARCH done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, Condstore) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT INBOX (CONDSTORE)", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"b FETCH 1 FLAGS", "* 1 FETCH (FLAGS (\\Seen) MODSEQ (2))\r\nb OK FETCH done\r\n"},
      {"c FETCH 1:* (UID) (CHANGEDSINCE 3)", "* 3 FETCH (UID 3 MODSEQ (4))\r\nc OK FETCH done\r\n"},
      {"d STORE 1,3 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\\Flagged)",
       "* 1 FETCH (UID 1 MODSEQ (5))\r\n* 3 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\nd OK [MODIFIED 3] not "
       "those that "
       "have changed\r\n"},
      {"e UID STORE 2 (UNCHANGEDSINCE 0) FLAGS (\\Seen)",
       "* 2 FETCH (UID 2 FLAGS () MODSEQ (3))\r\ne OK [MODIFIED 2] not those that have changed\r\n"},
      {"f STATUS INBOX (HIGHESTMODSEQ)", "* STATUS \"INBOX\" (HIGHESTMODSEQ 5)\r\nf OK STATUS done\r\n"},
      {"g FETCH 1 (MODSEQ) (VANISHED)", "g BAD FETCH: UID FETCH expected at octet 30\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, Qresync) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SELECT INBOX (QRESYNC (7 3))", "a BAD ENABLE QRESYNC first\r\n"},
      {"a ENABLE QRESYNC", "* ENABLED QRESYNC\r\na OK ENABLE done\r\n"},
      {"a SELECT INBOX", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"a STORE 2 +FLAGS.SILENT (\\Deleted)", "* 2 FETCH (UID 2 MODSEQ (5))\r\na OK STORE done\r\n"},
      {"a EXPUNGE", "* VANISHED 2\r\na OK [HIGHESTMODSEQ 6] EXPUNGE done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3))",
       "...* VANISHED (EARLIER) 2\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK [READ-WRITE] SELECT "
       "done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3 1,3))",
       "...highest\r\n* OK [MAILBOXID (F7)] for ever\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK "
       "[READ-WRITE] "
       "SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 6))", "...for ever\r\na OK [READ-WRITE] SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (8 1))", "...for ever\r\na OK [READ-WRITE] SELECT done\r\n"},
      {"a SELECT INBOX (QRESYNC (7 3 1:3 (1,2 1,3)))",
       "...for ever\r\n* 2 FETCH (UID 3 FLAGS ($Junk) MODSEQ (4))\r\na OK [READ-WRITE] SELECT done\r\n"},
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
       "* 1 UIDFETCH (FLAGS (\\Seen))\r\n* 2 UIDFETCH (FLAGS ())\r\na OK FETCH done\r\n"},
      {"a UID STORE 2 +FLAGS (\\Deleted)", "* 2 UIDFETCH (FLAGS (\\Deleted))\r\na OK STORE done\r\n"},
      {"a UID EXPUNGE 2", "* VANISHED 2\r\na OK EXPUNGE done\r\n"},
      {"a UID MOVE 3 box", "* OK [COPYUID 7 3 1] moved\r\n* VANISHED 3\r\na OK MOVE done\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, PartialFetch) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a UID FETCH 1:* (UID) (PARTIAL -1:-2)",
       "* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 3:9)", "* 3 FETCH (UID 3)\r\na OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 4:9)", "a OK FETCH done\r\n"},
      {"a UID FETCH 1:* (UID) (PARTIAL 0:9)", "a BAD UID: a number expected at octet 33\r\n"},
  };
  talk(store, rows);
}

TEST(Extension, MessageLimit) {
  auto store = site();
  store.boxes["box"];
  imap::Bounds bounds;
  bounds.messages = 2;
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
  talk(store, rows, bounds);
}

TEST(Extension, UidBatches) {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  for (int i = 0; i < 1100; ++i) box.add("a: b\r\n\r\n");
  box.messages.erase(box.messages.begin() + 550);
  constexpr Row rows[] = {
      {"a UIDBATCHES 500", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a UIDBATCHES 500", "* UIDBATCHES (TAG \"a\") 1100:601,600:100,99:1\r\na OK UIDBATCHES done\r\n"},
      {"a UIDBATCHES 500 2:3", "* UIDBATCHES (TAG \"a\") 600:100,99:1\r\na OK UIDBATCHES done\r\n"},
      {"a UIDBATCHES 2000", "* UIDBATCHES (TAG \"a\") 1100:1\r\na OK UIDBATCHES done\r\n"},
      {"a UIDBATCHES 500 9:10", "* UIDBATCHES (TAG \"a\")\r\na OK UIDBATCHES done\r\n"},
      {"a UIDBATCHES 499", "a NO [TOOFEW] a batch has at least 500 messages\r\n"},
      {"a UIDBATCHES 500 3:2", "a BAD [CLIENTBUG] the first batch is behind the last\r\n"},
      {"a UIDBATCHES 500 1:1000", "a NO [TOOMANY] batches of at most 100000 messages at once\r\n"},
      {"a UIDBATCHES", "a BAD UIDBATCHES: a space expected at octet 13\r\n"},
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
      {"a FETCH 2 THREADID", "* 2 FETCH (THREADID NIL)\r\na OK FETCH done\r\n"},
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

TEST(Extension, AppendsAndReplaces) {
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

TEST(Extension, Lists) {
  MemoryStore store;
  store.boxes["a.b"];
  store.boxes["Sent"];
  constexpr Row rows[] = {
      {"a CREATE Drafts (USE (\\drafts))", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a CREATE x (USE (\\Nothing))", "a NO [USEATTR] no mailbox can be for that\r\n"},
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

TEST(Extension, Quota) {
  auto store = site();
  constexpr Row none[] = {
      {"a GETQUOTAROOT INBOX", "* QUOTAROOT \"INBOX\"\r\na OK done\r\n"},
      {"a GETQUOTA \"\"", "a NO [NONEXISTENT] there is no such quota root\r\n"},
  };
  talk(store, none);
  store.limits = imap::QuotaState{1025, 2048, 3, 10};
  constexpr Row some[] = {
      {"a GETQUOTAROOT INBOX",
       "* QUOTAROOT \"INBOX\" \"\"\r\n* QUOTA \"\" (STORAGE 2 2 MESSAGE 3 10)\r\na OK done\r\n"},
      {"a GETQUOTA \"\"", "* QUOTA \"\" (STORAGE 2 2 MESSAGE 3 10)\r\na OK done\r\n"},
      {"a GETQUOTAROOT none", "a NO [NONEXISTENT] no such mailbox\r\n"},
  };
  talk(store, some);
  Client client(store);
  EXPECT_EQ(client.say("a APPEND INBOX {1024+}\r\n" + std::string(1024, 'x')),
            "a NO [OVERQUOTA] there is no room for that\r\n");
}

TEST(Extension, SortsAndThreads) {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add(
      "Subject: Re: b\r\nFrom: Zoe <a@x>\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\nMessage-ID: "
      "<1@x>\r\n\r\n");
  box.add("Subject: a\r\nFrom: c@x\r\nDate: Mon, 1 Jan 2024 09:00:00 +0000\r\nMessage-ID: <2@x>\r\n\r\n");
  box.add("Subject: b\r\nFrom: b@x\r\nDate: Mon, 1 Jan 2024 10:00:00 -0100\r\nReferences: <1@x>\r\n\r\n");
  constexpr Row rows[] = {
      select_inbox,
      {"a SORT (SUBJECT) UTF-8 ALL", "* SORT 2 1 3\r\na OK SORT done\r\n"},
      {"a SORT (DATE) UTF-8 ALL", "* SORT 2 1 3\r\na OK SORT done\r\n"},
      {"a UID SORT (REVERSE DATE) UTF-8 ALL", "* SORT 3 1 2\r\na OK SORT done\r\n"},
      {"a SORT (FROM) UTF-8 ALL", "* SORT 1 3 2\r\na OK SORT done\r\n"},
      {"a SORT (DISPLAYFROM) UTF-8 ALL", "* SORT 3 2 1\r\na OK SORT done\r\n"},
      {"a SORT RETURN (ALL COUNT) (FROM) UTF-8 1:*",
       "* ESEARCH (TAG \"a\") COUNT 3 ALL 1,3,2\r\na OK SORT done\r\n"},
      {"a SORT (FROM) X-NONE ALL", "a NO [BADCHARSET (US-ASCII UTF-8)] SORT: this charset is not known\r\n"},
      {"a THREAD REFERENCES UTF-8 ALL", "* THREAD (2)(1 3)\r\na OK THREAD done\r\n"},
      {"a THREAD ORDEREDSUBJECT UTF-8 ALL", "* THREAD (2)(1 3)\r\na OK THREAD done\r\n"},
      {"a UID THREAD REFERENCES UTF-8 9", "* THREAD\r\na OK THREAD done\r\n"},
      {"a THREAD OTHER UTF-8 ALL", "...octet 10\r\n"},
  };
  talk(store, rows);
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

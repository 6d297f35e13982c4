#include "talk.hpp"

namespace status_test {
namespace {

TEST(Status, EveryItem) {
  auto store = site();
  imap::Bounds bounds;
  bounds.message_size = 99;
  constexpr Row rows[] = {
      {"a STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED)",
       "* STATUS \"INBOX\" (MESSAGES 3 RECENT 0 UIDNEXT 4 UIDVALIDITY 7 UNSEEN 1 DELETED 0)\r\n"
       "a OK STATUS done\r\n"},
      {"a STATUS INBOX (size mailboxid appendlimit deleted-storage highestmodseq)",
       "* STATUS \"INBOX\" (SIZE 88 MAILBOXID (F7) APPENDLIMIT 99 DELETED-STORAGE 0 HIGHESTMODSEQ 4)\r\n"
       "a OK STATUS done\r\n"},
      {"a STATUS none (MESSAGES)", "a NO [NONEXISTENT] no such mailbox\r\n"},
      {"a STATUS INBOX (NOTHING)", "a BAD STATUS: a status item expected at octet 24\r\n"},
      {"a STATUS INBOX ()", "a BAD STATUS: a status item expected at octet 17\r\n"},
      {"a STATUS INBOX MESSAGES", "a BAD STATUS: '(' expected at octet 16\r\n"},
      {"a STATUS INBOX (MESSAGES", "a BAD STATUS: ')' expected at octet 25\r\n"},
      {"a STATUS INBOX", "a BAD STATUS: a space expected at octet 15\r\n"},
  };
  talk(store, rows, bounds);
}

// Who asks for the mod-sequence means CONDSTORE (RFC 7162 section 3.1).
TEST(Status, HighestModseqEnablesCondstore) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a FETCH 1 FLAGS", "* 1 FETCH (FLAGS (\\Seen))\r\na OK FETCH done\r\n"},
      {"a STATUS INBOX (HIGHESTMODSEQ)",
       "* OK [HIGHESTMODSEQ 4] highest\r\n* STATUS \"INBOX\" (HIGHESTMODSEQ 4)\r\na OK STATUS done\r\n"},
      {"a FETCH 1 FLAGS", "* 1 FETCH (FLAGS (\\Seen) MODSEQ (2))\r\na OK FETCH done\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace status_test

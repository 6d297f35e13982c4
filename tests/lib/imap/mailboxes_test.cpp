#include "talk.hpp"

namespace mailboxes_test {
namespace {

TEST(Mailboxes, MadeAndTakenAway) {
  auto store = site();
  constexpr Row rows[] = {
      {"a CREATE x", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a CREATE x", "a NO [ALREADYEXISTS] exists\r\n"},
      {"a CREATE levels.", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a CREATE Drafts (USE (\\drafts))", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a LIST \"\" Drafts", "* LIST (\\HasNoChildren \\Drafts) \".\" \"Drafts\"\r\na OK LIST done\r\n"},
      {"a CREATE y (USE (\\Nothing))", "a NO [USEATTR] no mailbox can be for that\r\n"},
      {"a CREATE y (USE \\Sent)", "a BAD CREATE: '(' expected at octet 17\r\n"},
      {"a CREATE", "a BAD CREATE: a space expected at octet 9\r\n"},
      {"a DELETE x", "a OK done\r\n"},
      {"a DELETE x", "a NO [NONEXISTENT] no such mailbox\r\n"},
      {"a DELETE levels.", "a NO [NONEXISTENT] no such mailbox\r\n"},
      {"a CREATE up.down", "a OK [MAILBOXID (F7)] CREATE done\r\n"},
      {"a DELETE up", "a NO [HASCHILDREN] there are only mailboxes below it\r\n"},
      {"a DELETE up.down", "a OK done\r\n"},
      {"a DELETE x (USE (\\Sent))", "a BAD DELETE: the end of the command expected at octet 11\r\n"},
  };
  talk(store, rows);
  EXPECT_TRUE(store.boxes.contains("levels"));
  EXPECT_FALSE(store.boxes.contains("y"));
}

TEST(Mailboxes, Renamed) {
  auto store = site();
  store.boxes["Entw\xc3\xbcrfe"];
  constexpr Row rows[] = {
      {"a RENAME Entw&APw-rfe Drafts", "a OK RENAME done\r\n"},
      {"a RENAME Entw&APw-rfe Drafts", "a NO [NONEXISTENT] no such mailbox\r\n"},
      {"a RENAME Drafts", "a BAD RENAME: a space expected at octet 16\r\n"},
      {"a RENAME Drafts a b", "a BAD RENAME: the end of the command expected at octet 18\r\n"},
  };
  talk(store, rows);
  EXPECT_TRUE(store.boxes.contains("Drafts"));
  EXPECT_EQ(store.boxes.size(), 2u);
}

// Its messages are gone from it, to the one made of them (RFC 3501 section 6.3.5).
TEST(Mailboxes, AnInboxRenamedStaysSelected) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a RENAME INBOX old", "a OK RENAME done\r\n"},
      {"a NOOP", "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n* 1 EXPUNGE\r\na OK done\r\n"},
      {"a UNSELECT", "a OK closed\r\n"},
      {"a STATUS old (MESSAGES)", "* STATUS \"old\" (MESSAGES 3)\r\na OK STATUS done\r\n"},
  };
  talk(store, rows);
}

TEST(Mailboxes, SubscribedByNameAlone) {
  auto store = site();
  constexpr Row rows[] = {
      {"a SUBSCRIBE inbox", "a OK done\r\n"},
      {"a SUBSCRIBE gone", "a OK done\r\n"},
      {"a UNSUBSCRIBE INBOX", "a OK done\r\n"},
      {"a LSUB \"\" *", "* LSUB () \".\" \"gone\"\r\na OK LSUB done\r\n"},
      {"a SUBSCRIBE", "a BAD SUBSCRIBE: a space expected at octet 12\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace mailboxes_test

#include "talk.hpp"

namespace uid_batches_test {
namespace {

TEST(UidBatches, FromTheNewestOn) {
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

// RFC 10022 sections 3.1.6 and 3.4.
TEST(UidBatches, OfNothingNoneAndItIsNoSearch) {
  auto store = site();
  store.boxes["empty"];
  constexpr Row rows[] = {
      {"a SELECT empty", "...a OK [READ-WRITE] SELECT done\r\n"},
      {"a UIDBATCHES 500", "* UIDBATCHES (TAG \"a\")\r\na OK UIDBATCHES done\r\n"},
      select_inbox,
      {"a SEARCH RETURN (SAVE) 2", "a OK SEARCH done\r\n"},
      {"a uidbatches 500", "* UIDBATCHES (TAG \"a\") 3:1\r\na OK UIDBATCHES done\r\n"},
      {"a FETCH $ UID", "* 2 FETCH (UID 2)\r\na OK FETCH done\r\n"},
  };
  talk(store, rows);
}

// What the server does at once bounds a batch too.
TEST(UidBatches, NoLargerThanOneCommandTakes) {
  auto store = site();
  constexpr Row rows[] = {
      select_inbox,
      {"a UIDBATCHES 500", "* UIDBATCHES (TAG \"a\") 3:2,1:1\r\na OK UIDBATCHES done\r\n"},
      {"a UIDBATCHES 500 1", "a BAD UIDBATCHES: ':' expected at octet 19\r\n"},
      {"a UIDBATCHES x", "a BAD UIDBATCHES: a number expected at octet 14\r\n"},
  };
  talk(store, rows, {.messages = 2});
}

}  // namespace
}  // namespace uid_batches_test

#include "talk.hpp"

namespace quota_test {
namespace {

TEST(Quota, RootAndLimits) {
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
}

TEST(Quota, OnlyWhatIsLimited) {
  MemoryStore store;
  store.boxes["Entw\xc3\xbcrfe"];
  store.limits = imap::QuotaState{0, 1024, 3, 0};
  constexpr Row octets[] = {
      {"a GETQUOTAROOT Entw&APw-rfe",
       "* QUOTAROOT \"Entw&APw-rfe\" \"\"\r\n* QUOTA \"\" (STORAGE 0 1)\r\na OK done\r\n"},
      {"a GETQUOTA other", "a NO [NONEXISTENT] there is no such quota root\r\n"},
      {"a GETQUOTA", "a BAD GETQUOTA: a space expected at octet 11\r\n"},
      {"a GETQUOTAROOT", "a BAD GETQUOTAROOT: a space expected at octet 15\r\n"},
      {"a GETQUOTA \"\" x", "a BAD GETQUOTA: the end of the command expected at octet 14\r\n"},
  };
  talk(store, octets);
  store.limits = imap::QuotaState{5, 0, 3, 4};
  constexpr Row messages[] = {
      {"a GETQUOTA \"\"", "* QUOTA \"\" (MESSAGE 3 4)\r\na OK done\r\n"},
  };
  talk(store, messages);
}

}  // namespace
}  // namespace quota_test

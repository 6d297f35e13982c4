#include "talk.hpp"

namespace sort_test {
namespace {

TEST(Sort, ByEachKey) {
  auto store = three();
  store.boxes["INBOX"].messages[0].date += 9;
  constexpr Row rows[] = {
      select_inbox,
      {"a SORT (SUBJECT) UTF-8 ALL", "* SORT 2 1 3\r\na OK SORT done\r\n"},
      {"a SORT (DATE) UTF-8 ALL", "* SORT 2 1 3\r\na OK SORT done\r\n"},
      {"a UID SORT (REVERSE DATE) UTF-8 ALL", "* SORT 3 1 2\r\na OK SORT done\r\n"},
      {"a SORT (FROM) UTF-8 ALL", "* SORT 1 3 2\r\na OK SORT done\r\n"},
      {"a SORT (DISPLAYFROM) UTF-8 ALL", "* SORT 3 2 1\r\na OK SORT done\r\n"},
      {"a SORT RETURN (ALL COUNT) (FROM) UTF-8 1:*",
       "* ESEARCH (TAG \"a\") COUNT 3 ALL 1,3,2\r\na OK SORT done\r\n"},
      {"a SORT (ARRIVAL) UTF-8 ALL", "* SORT 2 3 1\r\na OK SORT done\r\n"},
      {"a SORT (SIZE) UTF-8 ALL", "* SORT 2 3 1\r\na OK SORT done\r\n"},
      {"a SORT (REVERSE SIZE) UTF-8 ALL", "* SORT 1 2 3\r\na OK SORT done\r\n"},
      {"a SORT (DATE SIZE) UTF-8 2:3", "* SORT 2 3\r\na OK SORT done\r\n"},
      {"a SORT (SUBJECT REVERSE DATE) UTF-8 ALL", "* SORT 2 3 1\r\na OK SORT done\r\n"},
      {"a SORT (FROM) UTF-8 9", "* SORT\r\na OK SORT done\r\n"},
      {"a SORT () UTF-8 ALL", "a BAD SORT: a sort key expected at octet 9\r\n"},
      {"a SORT (FROM) UTF-8", "a BAD SORT: a space expected at octet 20\r\n"},
      {"a SORT (FROM) X-NONE ALL", "a NO [BADCHARSET (US-ASCII UTF-8)] SORT: this charset is not known\r\n"},
  };
  talk(store, rows);
}

TEST(Sort, InAnyScriptAsPeopleDo) {
  MemoryStore store;
  for (const char* subject : {"Zebra", "=?utf-8?q?=C3=84pfel?=", "banana", "Re: =?utf-8?q?=C3=A4PFEL?="})
    store.boxes["INBOX"].add("Subject: " + std::string(subject) + "\r\n\r\nx");
  constexpr Row rows[] = {
      select_inbox,
      {"a SORT (SUBJECT) UTF-8 ALL", "* SORT 2 4 3 1\r\na OK SORT done\r\n"},
      {"a THREAD ORDEREDSUBJECT UTF-8 ALL", "* THREAD (1)(2 4)(3)\r\na OK THREAD done\r\n"},
  };
  talk(store, rows);
}

// Its place is among those that have no such field.
TEST(Sort, OneThatCannotBeReadHidesNoOther) {
  auto store = three();
  store.boxes["INBOX"].broken = {1};
  constexpr Row rows[] = {
      select_inbox,
      {"a SORT (FROM) UTF-8 ALL", "* SORT 1 3 2\r\na OK SORT done\r\n"},
      {"a SORT (SUBJECT) UTF-8 ALL", "* SORT 1 2 3\r\na OK SORT done\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace sort_test

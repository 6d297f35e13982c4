#include "talk.hpp"

namespace thread_test {
namespace {

TEST(Thread, ByReferencesAndBySubject) {
  auto store = three();
  constexpr Row rows[] = {
      select_inbox,
      {"a THREAD REFERENCES UTF-8 ALL", "* THREAD (2)(1 3)\r\na OK THREAD done\r\n"},
      {"a THREAD ORDEREDSUBJECT UTF-8 ALL", "* THREAD (2)(1 3)\r\na OK THREAD done\r\n"},
      {"a UID THREAD REFERENCES UTF-8 9", "* THREAD\r\na OK THREAD done\r\n"},
      {"a THREAD OTHER UTF-8 ALL", "...octet 10\r\n"},
  };
  talk(store, rows);
}

TEST(Thread, WithoutReferencesWhatIsAnsweredCounts) {
  MemoryStore store;
  auto& box = store.boxes["INBOX"];
  box.add("Subject: a\r\nMessage-ID: <1@x>\r\n\r\n");
  box.add("Subject: other\r\nMessage-ID: <2@x>\r\n\r\n");
  box.add("Subject: b\r\nIn-Reply-To: <1@x>\r\n\r\n");
  box.messages.erase(box.messages.begin() + 1);
  constexpr Row rows[] = {
      {"a THREAD REFERENCES UTF-8 ALL", "a BAD no mailbox is selected\r\n"},
      select_inbox,
      {"a THREAD REFERENCES UTF-8 ALL", "* THREAD (1 2)\r\na OK THREAD done\r\n"},
      {"a UID THREAD REFERENCES UTF-8 ALL", "* THREAD (1 3)\r\na OK THREAD done\r\n"},
      {"a UID THREAD ORDEREDSUBJECT UTF-8 ALL", "* THREAD (1)(3)\r\na OK THREAD done\r\n"},
      {"a THREAD REFERENCES X-NONE ALL",
       "a NO [BADCHARSET (US-ASCII UTF-8)] THREAD: this charset is not known\r\n"},
  };
  talk(store, rows);
}

// It stands alone then: no subject, no references.
TEST(Thread, OneThatCannotBeReadHidesNoOther) {
  auto store = site();
  store.boxes["INBOX"].broken = {2};
  constexpr Row rows[] = {
      select_inbox,
      {"a THREAD REFERENCES UTF-8 ALL", "* THREAD (1)(2)(3)\r\na OK THREAD done\r\n"},
  };
  talk(store, rows);
}

}  // namespace
}  // namespace thread_test

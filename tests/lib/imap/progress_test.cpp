#include "imap/progress.hpp"

#include "imap/selected.hpp"
#include "talk.hpp"

namespace progress_test {
namespace {

struct Heard : imap::Output {
  void write(std::string_view text) override { all += text; }
  void flush() override { ++flushes; }
  std::string all;
  int flushes = 0;
};

// RFC 9585 section 4: nothing where it is quick, and never that all is done.
TEST(Progress, SaysSoEveryTenSeconds) {
  auto store = site();
  const auto mailbox = store.open("INBOX", false).value();
  Heard heard;
  imap::Progress progress(heard, *mailbox, "a1");
  progress.begin(3);
  progress.step();
  store.boxes["INBOX"].now += 9;
  progress.step();
  EXPECT_EQ(heard.all, "");
  store.boxes["INBOX"].now += 1;
  progress.step();
  EXPECT_EQ(heard.all, "* OK [INPROGRESS (\"a1\" 2 3)] goes on\r\n");
  EXPECT_EQ(heard.flushes, 1);
  progress.begin(7);
  progress.step();
  store.boxes["INBOX"].now += 60;
  progress.step();
  EXPECT_TRUE(heard.all.ends_with("* OK [INPROGRESS (\"a1\" 1 7)] goes on\r\n")) << heard.all;
}

TEST(Progress, ATagThatWouldEndTheCodeIsNotNamed) {
  auto store = site();
  const auto mailbox = store.open("INBOX", false).value();
  Heard heard;
  imap::Progress progress(heard, *mailbox, "a]");
  progress.begin(1);
  store.boxes["INBOX"].now += 10;
  progress.step();
  EXPECT_EQ(heard.all, "* OK [INPROGRESS (NIL 0 1)] goes on\r\n");
}

TEST(Progress, OfSearchSortAndThread) {
  constexpr Row rows[] = {
      {"a SEARCH TEXT first",
       "* OK [INPROGRESS (\"a\" 1 3)] goes on\r\n* OK [INPROGRESS (\"a\" 2 3)] goes on\r\n* SEARCH 1\r\n"
       "a OK SEARCH done\r\n"},
      {"a SORT (SUBJECT) UTF-8 ALL",
       "* OK [INPROGRESS (\"a\" 1 3)] goes on\r\n* OK [INPROGRESS (\"a\" 2 3)] goes on\r\n* SORT 1 3 2\r\n"
       "a OK SORT done\r\n"},
      {"a THREAD REFERENCES UTF-8 1:2",
       "* OK [INPROGRESS (\"a\" 1 2)] goes on\r\n* THREAD (1)(2)\r\na OK THREAD done\r\n"},
  };
  // What one has found out may help the next.
  for (const auto& row : rows) {
    auto store = site();
    store.boxes["INBOX"].takes = 10;
    const Row both[] = {select_inbox, row};
    talk(store, both);
  }
}

}  // namespace
}  // namespace progress_test

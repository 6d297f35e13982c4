#include "imap/search_match.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "memory_store.hpp"

namespace search_match_test {
namespace {

TEST(Search, Keys) {
  const struct {
    const char* keys;
    const char* found;
  } rows[] = {{"ALL", " 1 2 3"},
              {"SEEN", " 1"},
              {"UNSEEN", " 2 3"},
              {"NOT SEEN", " 2 3"},
              {"OR SEEN SUBJECT two", " 1 2"},
              {"KEYWORD $junk", " 3"},
              {"UNKEYWORD $Junk", " 1 2"},
              {"FROM B.TEST", " 1"},
              {"HEADER From \"\"", " 1"},
              {"BODY second", " 2"},
              {"BODY two", ""},
              {"TEXT two", " 2"},
              {"2:3 UNSEEN", " 2 3"},
              {"UID 3", " 3"},
              {"(1 SEEN) 1", " 1"},
              {"LARGER 24", " 1 3"},
              {"SMALLER 25", " 2"},
              {"ON 17-Jul-1996", " 1 2 3"},
              {"BEFORE 17-Jul-1996", ""},
              {"SINCE 18-Jul-1996", ""},
              {"NEW", ""},
              {"OLD", " 1 2 3"},
              {"CHARSET UTF-8 SUBJECT THREE", " 3"}};
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  for (const auto& row : rows) {
    EXPECT_EQ(client.say("a SEARCH " + std::string(row.keys)),
              "* SEARCH" + std::string(row.found) + "\r\na OK SEARCH done\r\n")
        << row.keys;
  }
  EXPECT_EQ(client.say("a SEARCH CHARSET X-NONE ALL"),
            "a NO [BADCHARSET (US-ASCII UTF-8)] SEARCH: this charset is not known\r\n");
}

TEST(Search, NamesOfAttachmentsAndShortYears) {
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: 1 Dec 99 02:19:00 EST\r\nContent-Type: multipart/mixed; "
      "boundary=b\r\n\r\n--b\r\n\r\n"
      "see there\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; "
      "filename=Report.pdf\r\n\r\nx\r\n--b--\r\n");
  Client client(store);
  client.say("a SELECT INBOX");
  for (const auto& [keys, found] :
       std::map<std::string, std::string>{{"TEXT report.pdf", " 1"},
                                          {"BODY report.pdf", ""},
                                          {"BODY \"see there\"", " 1"},
                                          {"SENTON 1-Dec-1999", " 1"},
                                          {"SENTBEFORE 1-Jan-2000", " 1"},
                                          {"SENTSINCE 1-Jan-2000", ""},
                                          {"LARGER 4294967296", ""},
                                          {"SUBJECT {4+}\r\nGR\xc3\x9c", " 1"},
                                          {"SMALLER 9223372036854775807", " 1"}}) {
    EXPECT_EQ(client.say("a SEARCH " + keys), "* SEARCH" + found + "\r\na OK SEARCH done\r\n") << keys;
  }
}

// It is shown as text.
TEST(Search, AMultipartWithoutPartsIsLookedInto) {
  MemoryStore store;
  store.boxes["INBOX"].add("Content-Type: multipart/mixed\r\n\r\nsee there\r\n");
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a SEARCH BODY there"), "* SEARCH 1\r\na OK SEARCH done\r\n");
}

TEST(Search, NoNeedleMakesItSlow) {
  MemoryStore store;
  // Half of the needle matches at each place: 3e11 comparisons for who looks everywhere anew.
  store.boxes["INBOX"].add("Subject: x\r\n\r\n" + std::string(20'000'000, 'a'));
  Client client(store);
  client.say("a SELECT INBOX");
  const std::string needle = std::string(30'000, 'a') + "b" + std::string(30'000, 'A');
  EXPECT_EQ(client.say("a SEARCH TEXT " + needle), "* SEARCH\r\na OK SEARCH done\r\n");
}

TEST(Search, WhatIsReadIsReadOnce) {
  auto store = site();
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a SEARCH 1 SUBJECT one FROM b.test BODY FIRST BODY i TEXT \"subject: ONE\""),
            "* SEARCH 1\r\na OK SEARCH done\r\n");
  EXPECT_EQ(store.boxes["INBOX"].reads, 2u);
}

TEST(Search, SentDatesGoByTheHeader) {
  MemoryStore store;
  store.boxes["INBOX"].add("Date: Tue, 02 Jan 2024 23:30:00 -0800\r\n\r\n");
  store.boxes["INBOX"].add("Subject: no date\r\n\r\n");
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a SEARCH SENTON 2-Jan-2024"), "* SEARCH 1\r\na OK SEARCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH SENTBEFORE 2-Jan-2024"), "* SEARCH\r\na OK SEARCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH SENTSINCE 2-Jan-2024"), "* SEARCH 1\r\na OK SEARCH done\r\n");
}

TEST(Search, LooksIntoDecodedText) {
  MemoryStore store;
  store.boxes["INBOX"].add(
      "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\nsch=F6n\r\n");
  store.boxes["INBOX"].add(
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nc2Now7Zu\r\n");
  Client client(store);
  client.say("a SELECT INBOX");
  EXPECT_EQ(client.say("a SEARCH CHARSET UTF-8 BODY sch\xc3\xb6n"), "* SEARCH 1 2\r\na OK SEARCH done\r\n");
  EXPECT_EQ(client.say("a SEARCH CHARSET UTF-8 SUBJECT Gr\xc3\xbc\xc3\x9f"),
            "* SEARCH 1\r\na OK SEARCH done\r\n");
}

}  // namespace
}  // namespace search_match_test

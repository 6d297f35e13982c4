#include "imap/gist.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "memory_store.hpp"

namespace gist_test {
namespace {

using People = imap::Gist::People;

const std::string header =
    "From: \"Zoe\" <A@x>\r\nTo: g: B@y, c@z;\r\nTo: other@y\r\nDate: Thu, 1 Jan 1970 23:30:00 -0100\r\n"
    "Subject: Re: =?utf-8?q?H=C3=84?=\r\n there\r\nMessage-ID: <2@x>\r\nReferences: <0@x>\r\n <1@x>\r\n\r\n";

TEST(Gist, OfAHeader) {
  const auto text = imap::make_gist(header);
  const imap::Gist gist(text);
  EXPECT_EQ(gist.date(), 88'200);
  EXPECT_EQ(gist.day(), 0);
  EXPECT_EQ(gist.base_subject(), "HA\xcc\x88 THERE");
  EXPECT_TRUE(gist.is_reply());
  EXPECT_EQ(gist.first_of(People::from), "A");
  EXPECT_EQ(gist.first_of(People::to), "B");
  EXPECT_EQ(gist.first_of(People::cc), "");
  EXPECT_EQ(gist.first_shown_of(People::from), "ZOE");
  EXPECT_EQ(gist.first_shown_of(People::to), "B@Y");
  EXPECT_EQ(gist.id(), "2@x");
  EXPECT_EQ(gist.references(), (std::vector<std::string_view>{"0@x", "1@x"}));
}

TEST(Gist, TheFirstOfAllFieldsOfAName) {
  const auto text = imap::make_gist("To: nobody:;\r\nTo: B <b@x>\r\n\r\n");
  EXPECT_EQ(imap::Gist(text).first_of(People::to), "B");
}

TEST(Gist, DaysOfObsoleteDates) {
  constexpr struct {
    const char* date;
    std::int64_t day;
  } rows[] = {{"1 Dec 99 02:19:00 EST", 10'926},
              {"1 Dec 1999 23:59:00 -1100", 10'926},
              {"1 Dec 1999 00:01:00 +1100", 10'926},
              {"31 Dec 1969 23:00:00 +0000", -1},
              {"1 Dec 1999", 10'926}};
  for (const auto& row : rows) {
    const auto text = imap::make_gist("Date: " + std::string(row.date) + "\r\n\r\n");
    EXPECT_EQ(imap::Gist(text).day(), row.day) << row.date;
  }
}

// A sender could make a header eleven times as long as it came.
TEST(Gist, GrowsLittle) {
  std::string many = "Subject: ";
  for (int i = 0; i < 20'000; ++i) many += "\xef\xb7\xba";
  EXPECT_LE(imap::make_gist(many + "\r\n\r\n").size(), 9 * many.size());
}

// Whoever sends a message says how many there are and how long they are.
TEST(Gist, KeepsTheFirstAndTheLastReferences) {
  std::string many = "Message-ID: <" + std::string(5000, 'i') + "@x>\r\nSubject: " + std::string(5000, 's') +
                     "\r\nReferences:";
  for (int i = 0; i < 300; ++i) many += " <" + std::to_string(i) + "@x>\r\n";
  const auto text = imap::make_gist(many + "\r\n");
  const imap::Gist gist(text);
  const auto kept = gist.references();
  ASSERT_EQ(kept.size(), 20u);
  EXPECT_EQ(kept.front(), "0@x");
  EXPECT_EQ(kept[1], "281@x");
  EXPECT_EQ(kept.back(), "299@x");
  EXPECT_LE(gist.id().size(), 1000u);
  EXPECT_LE(gist.base_subject().size(), 1000u);
}

TEST(Gist, HoldsWhatTheFieldsSay) {
  const auto text = imap::make_gist(header);
  const imap::Gist gist(text);
  EXPECT_TRUE(gist.holds("subject", "RE: HA\xcc\x88"));
  EXPECT_TRUE(gist.holds("TO", "OTHER@Y"));
  EXPECT_TRUE(gist.holds("Message-Id", "<2@X>"));
  EXPECT_TRUE(gist.holds("From", ""));
  EXPECT_FALSE(gist.holds("Cc", ""));
  EXPECT_FALSE(gist.holds("From", "OTHER"));
  EXPECT_TRUE(imap::Gist::has("bcc"));
  EXPECT_FALSE(imap::Gist::has("X-Other"));
}

TEST(Gist, OfNothing) {
  for (const std::string& text : {imap::make_gist(""), std::string(), std::string("\n\n")}) {
    const imap::Gist gist(text);
    EXPECT_EQ(gist.date(), std::nullopt);
    EXPECT_EQ(gist.base_subject(), "");
    EXPECT_EQ(gist.references().size(), 0u);
    EXPECT_FALSE(gist.holds("Subject", ""));
  }
}

std::string answer(const imap::Gist& gist, int question) {
  switch (question) {
    case 0:
      return std::to_string(gist.date().value_or(-1)) + std::to_string(gist.is_reply());
    case 1:
      return std::string(gist.base_subject());
    case 2:
      return std::string(gist.first_shown_of(People::from));
    case 3:
      return std::string(gist.id());
    case 4:
      return std::to_string(gist.references().size());
    case 5:
      return gist.holds("Subject", "") ? "yes" : "no";
    default:
      return gist.holds("Message-ID", "") ? "yes" : "no";
  }
}

// What a store has kept may be cut or be something else.
TEST(Gist, NoAnswerHangsOnWhatWasAskedBefore) {
  const auto whole = imap::make_gist(header);
  std::vector<std::string> texts = {"x", "\n", "\r", "\n\n\nRE", "x\n" + whole, whole + whole};
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    texts.push_back(whole.substr(0, size));
    for (const int text : {1, 2, 3})
      EXPECT_TRUE(answer(imap::Gist(whole), text).starts_with(answer(imap::Gist(texts.back()), text)))
          << size;
  }
  for (const auto& text : texts) {
    for (int first = 0; first < 7; ++first) {
      const imap::Gist gist(text);
      (void)answer(gist, first);
      for (const int next : {first, 6, 0, 5, 1, 4, 2, 3, 3})
        EXPECT_EQ(answer(gist, next), answer(imap::Gist(text), next)) << text;
    }
  }
}

TEST(Gist, NoValueReachesIntoTheNext) {
  const auto text =
      imap::make_gist("Subject: =?utf-8?q?a=0Ab=0Dc?=\r\nFrom: =?utf-8?q?x=0Ay?= <a@b>\r\n\r\n");
  const imap::Gist gist(text);
  EXPECT_EQ(gist.base_subject(), "A B C");
  EXPECT_TRUE(gist.holds("Subject", "A B C"));
  EXPECT_TRUE(gist.holds("From", "<A@B>"));
  EXPECT_FALSE(gist.holds("To", ""));
}

TEST(Gist, AHeaderIsReadOnce) {
  auto store = site();
  for (int session = 0; session < 2; ++session) {
    Client client(store);
    client.say("a SELECT INBOX");
    EXPECT_EQ(client.say("a SORT (SUBJECT) UTF-8 ALL"), "* SORT 1 3 2\r\na OK SORT done\r\n");
    client.say("a THREAD REFERENCES UTF-8 SUBJECT o");
    EXPECT_EQ(store.boxes["INBOX"].reads, 3u);
  }
}

}  // namespace
}  // namespace gist_test
